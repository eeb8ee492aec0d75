using GitOpsBumper.Core.Annotations.Reading;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Core.Annotations.Requests;

/// <summary>Reads whether and how an application wants its changes proposed.</summary>
internal sealed class PullRequestReader(AnnotationMap map, PullRequestDefaults defaults)
{
    private const int MaxGroupLength = 63;

    private static readonly string[] Details =
    [
        AnnotationKeys.Group, AnnotationKeys.RequestUpdate, AnnotationKeys.RequestLabels, AnnotationKeys.RequestReviewers, AnnotationKeys.RequestAssignees, AnnotationKeys.RequestDraft,
        AnnotationKeys.RequestAutoMerge,
    ];

    /// <summary>In the words of <c>--forge</c>.</summary>
    public static IReadOnlyList<string> Forges { get; } = ["github", "gitlab", "gitea", "bitbucket-cloud", "bitbucket-server", "azure-devops"];

    public List<Problem> Problems { get; } = [];

    /// <summary>What has no effect, and stops nothing.</summary>
    public List<Problem> Notes { get; } = [];

    /// <summary>All keys of requests that are given.</summary>
    public IEnumerable<AnnotationValue> All => Details.Prepend(AnnotationKeys.PullRequest).Select(Given).OfType<AnnotationValue>();

    /// <summary>Null: changes are written to the branch itself.</summary>
    public PullRequestPolicy? Read()
    {
        var (proposes, forge) = ReadSwitch();
        if (!proposes)
        {
            Notes.AddRange(Details.Select(Given).OfType<AnnotationValue>().Select(value =>
                value.Problem($"'{Shortened.Text(value.Text)}' has no effect: changes are written to the branch itself; requests are opened with {AnnotationKeys.Prefix}{AnnotationKeys.PullRequest}: \"true\"")));
            return null;
        }

        var isDraft = Flag(AnnotationKeys.RequestDraft);
        var autoMerge = ReadAutoMerge();
        if (isDraft && autoMerge is not null)
            Problems.Add(Given(AnnotationKeys.RequestAutoMerge)!.Problem($"a draft is not merged by itself; allowed is one of {AnnotationKeys.RequestDraft} and {AnnotationKeys.RequestAutoMerge}"));
        return new PullRequestPolicy
        {
            Forge = forge,
            Group = ReadGroup(),
            Update = ReadUpdate(),
            Options = new PullRequestOptions
            {
                Labels = Names(AnnotationKeys.RequestLabels) ?? defaults.Labels,
                Reviewers = Names(AnnotationKeys.RequestReviewers) ?? [],
                Assignees = Names(AnnotationKeys.RequestAssignees) ?? [],
                IsDraft = isDraft,
                AutoMerge = autoMerge,
            },
        };
    }

    private (bool Proposes, string? Forge) ReadSwitch()
    {
        if (Given(AnnotationKeys.PullRequest) is not { } value)
            return (defaults.Proposes, null);
        if (value.Text is "true" or "false")
            return (value.Text == "true", null);
        if (Forges.Contains(value.Text))
            return (true, value.Text);
        Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' does not say whether requests are opened; allowed are true, false, and the name of a forge: {string.Join(", ", Forges)}"));
        return (true, null);
    }

    private string? ReadGroup()
    {
        if (Given(AnnotationKeys.Group) is not { } value)
            return null;
        if (value.Text.Length <= MaxGroupLength && value.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && char.IsAsciiLetterOrDigit(value.Text[0]) && RefName.Check($"group-{value.Text}-0") is null)
            return value.Text;
        Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is no name of a group; allowed are up to {MaxGroupLength} letters, digits, '-', '_' and '.', the first a letter or digit"));
        return null;
    }

    private RequestUpdate ReadUpdate()
    {
        if (Given(AnnotationKeys.RequestUpdate) is not { } value)
            return defaults.Update;
        switch (value.Text)
        {
            case "append":
                return RequestUpdate.Append;
            case "replace":
                return RequestUpdate.Replace;
            default:
                Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' does not say how an open request gets something newer; allowed are append and replace"));
                return defaults.Update;
        }
    }

    private MergeMethod? ReadAutoMerge()
    {
        if (Given(AnnotationKeys.RequestAutoMerge) is not { } value)
            return null;
        switch (value.Text)
        {
            case "merge" or "true":
                return MergeMethod.Merge;
            case "squash":
                return MergeMethod.Squash;
            case "rebase":
                return MergeMethod.Rebase;
            case "false":
                return null;
            default:
                Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' does not say how requests are merged by themselves; allowed are merge, squash, rebase and false"));
                return null;
        }
    }

    private bool Flag(string key)
    {
        if (Given(key) is not { } value)
            return false;
        if (value.Text is not ("true" or "false"))
            Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is neither true nor false"));
        return value.Text == "true";
    }

    private IReadOnlyList<string>? Names(string key)
    {
        if (Given(key) is not { } value)
            return null;
        var names = RequestNames.Read(value.Items is { } items ? items.Select(item => item.Text) : value.Text.Split(','), out var problem);
        if (problem is not null)
            Problems.Add(value.Problem(problem));
        return names;
    }

    private AnnotationValue? Given(string key) => map.Find(key) is { Text.Length: > 0 } value ? value : null;
}
