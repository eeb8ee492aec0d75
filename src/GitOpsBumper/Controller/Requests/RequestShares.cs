using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Controller.Requests;

/// <summary>Which applications share a request, and what it is called.</summary>
internal static class RequestShares
{
    private const int HashCharacters = 16;

    /// <summary>One for each application or group, in the order of their first application.</summary>
    /// <param name="applications">That propose.</param>
    /// <param name="prefix">Of branches: bots that share a repository differ in it.</param>
    public static IReadOnlyList<RequestShare> Of(IEnumerable<ApplicationWork> applications, string prefix) =>
        [.. applications.GroupBy(application => KeyOf(application, prefix)).Select(share => new RequestShare(share.Key, share.First() is { Order: null } first ? first.Policy.WriteBack!.Proposal!.Group : null, [.. share]))];

    /// <summary>The name of a request's branch where no template makes it of what is due.</summary>
    public static string BranchOf(RequestKey key, string prefix) => prefix + key.BranchPart;

    /// <summary>A group is one of a project and of a spelling of the repository: who does not see the others, must not write over them. Does not depend on what the remote's default branch is called, so that it is known before anything is fetched.</summary>
    public static RequestKey KeyOf(ApplicationWork application, string prefix)
    {
        var name = application.Application.Name;
        var branch = application.WantedBranch?.Text ?? "";
        var target = $"{prefix} {branch}:{application.Place!.Path}";
        return application.Order is not null ? RequestKey.OfHold(name, target)
            : application.Policy.WriteBack!.Proposal!.Group is { } group ? RequestKey.OfGroup(group, $"{prefix} {application.Remote!.Url} {application.Application.Project} {branch}")
            : RequestKey.Of(name, target);
    }

    /// <summary>Something of it could not be had, which may pass: what stands on its branch already is not known to be wrong. A mistake of a person is known.</summary>
    public static bool IsUnknown(ApplicationWork application) =>
        application.Failure is not null || IsShut(application) || application.Images.Any(image => image.Decision is ImageDecision.Failed && image.Policy.Problems.Count == 0);

    /// <summary>Nothing new is proposed for it at this time, and what is proposed stays.</summary>
    public static bool IsShut(ApplicationWork application) => application.Shut is { IsPassed: false };

    /// <summary>What the commit says for the bot to read again.</summary>
    public static RequestTrailer TrailerOf(ShareChanges changes)
    {
        var updates = changes.Parts.SelectMany(part => part.Changes.Select(change => $"{part.Application} {change.Alias} {change.Image} {change.NewVersion}").Concat(part.Holds.Select(hold => $"{part.Application} {hold.Trailer}")));
        var content = changes.Commit!.Commit.Files.OrderBy(file => file.Path.Text, StringComparer.Ordinal);
        return new RequestTrailer(
            changes.Share.Key.Id,
            Hash(updates.Order(StringComparer.Ordinal)),
            Hash(changes.Before.SelectMany(file => new[] { file.Key.Text, file.Value ?? "\0" })),
            Hash(content.SelectMany(file => new[] { file.Path.Text, Encoding.UTF8.GetString(file.Content.Span) })));
    }

    /// <summary>What the members want together: all their labels and people, a draft where one wants it, merged by itself where all do.</summary>
    public static PullRequestOptions OptionsOf(IReadOnlyList<ApplicationWork> applications)
    {
        var all = applications.Select(application => application.Policy.WriteBack!.Proposal!.Options).ToList();
        var isDraft = all.Exists(options => options.IsDraft);
        var methods = all.Select(options => options.AutoMerge).Distinct().ToList();
        return new PullRequestOptions
        {
            Labels = [.. all.SelectMany(options => options.Labels).Distinct(StringComparer.Ordinal)],
            Reviewers = [.. all.SelectMany(options => options.Reviewers).Distinct(StringComparer.Ordinal)],
            Assignees = [.. all.SelectMany(options => options.Assignees).Distinct(StringComparer.Ordinal)],
            IsDraft = isDraft,
            AutoMerge = methods is [{ } only] && !isDraft ? only : null,
        };
    }

    public static RequestUpdate UpdateOf(IReadOnlyList<ApplicationWork> applications) =>
        applications.All(application => application.Policy.WriteBack!.Proposal!.Update == RequestUpdate.Append) ? RequestUpdate.Append : RequestUpdate.Replace;

    /// <summary>The branch that a template names; null where there is none. A problem fails the application.</summary>
    public static BranchName? NameByTemplate(ApplicationWork application, CommitMessageData message, RepositoryUrl url)
    {
        if (application.WriteBranch is not { } template)
            return null;
        if (template.TryRender(new BranchNameData(application.Application.Name, $"{url}:{message.Target}", message.Named), out var text, out var problem) && BranchName.TryParse(text, out var name, out problem))
            return name;
        application.Fail($"git-branch: {problem}");
        return null;
    }

    /// <summary>Whether a request that is open proposes what these applications write, whatever it is called: then it is theirs.</summary>
    public static bool IsOf(RequestMark mark, IReadOnlyDictionary<string, ApplicationWork> byTarget) =>
        mark.Trailers.Count > 0 && mark.Trailers.All(placed => placed.Target is { } target && byTarget.ContainsKey($"{placed.Trailer.Application} {target}"));

    private static string Hash(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HashCharacters];
    }
}
