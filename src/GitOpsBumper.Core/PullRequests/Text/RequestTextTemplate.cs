using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Core.PullRequests.Text;

/// <summary>The template of titles and bodies of requests: the first line is the title, what follows after a blank one the body.</summary>
public sealed class RequestTextTemplate
{
    /// <summary>So many changes are shown, and of the others that they are there.</summary>
    public const int MaxShown = 50;

    private const string DefaultText = """
        build: {{ .Summary }}

        | Application | Image | From | To | Built | |
        |---|---|---|---|---|---|
        {{ range .Changes -}}
        | `{{ .Application }}` | {{ if .ImageUrl }}[`{{ .Image }}`]({{ .ImageUrl }}){{ else }}`{{ .Image }}`{{ end }} | {{ if .OldTag }}`{{ .OldTag }}`{{ else }}-{{ end }} | `{{ .NewTag }}`{{ if .Digest }}<br>`{{ .Digest }}`{{ end }} | {{ or .Built "-" }} | {{ if .CompareUrl }}[changes]({{ .CompareUrl }}) {{ end }}{{ if .ReleasesUrl }}[releases]({{ .ReleasesUrl }}){{ else if .SourceUrl }}[source]({{ .SourceUrl }}){{ end }} |
        {{ end }}
        {{- if .More }}
        and {{ .More }} more: the commit message names all of them.
        {{ end }}
        {{- range .Notes }}
        - {{ . }}
        {{- end }}

        **Merge** this, and Argo CD deploys it. **Close** it without merging, and these versions are not proposed again; the next newer ones are.
        **Roll back** later: revert the merge, or `bumper rollback {{ .FirstApplication }}`. **Hold** a version: `bumper pin {{ .FirstApplication }} {{ .FirstAlias }} <tag>`.
        Whoever commits to this branch takes it over: the bot leaves it alone from then on.
        """;

    private const int MaxText = 200;

    private readonly Lazy<GoTemplate> _template;

    private RequestTextTemplate(Lazy<GoTemplate> template) => _template = template;

    /// <summary>One change with everything, one without anything that may be missing.</summary>
    public static RequestTextData Sample { get; } = new(
        null,
        [
            new RequestChange(new NamespacedName("argocd", "web"), "web", "registry.example.com/team/web", "1.4.2", "1.5.0")
            {
                Digest = "sha256:" + new string('0', 64),
                Built = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
                Links = new ImageLinks(
                    new Uri("https://registry.example.com/team/web"), new Uri("https://git.example.com/team/web"), new Uri("https://git.example.com/team/web/compare/3f2a1b9...8c07d11"),
                    new Uri("https://git.example.com/team/web/releases")),
            },
            new RequestChange(new NamespacedName("argocd", "web"), null, "registry.example.com/team/worker", null, "main-8c07d11"),
        ],
        ["parameter 'image.name' is written as well"]);

    /// <summary>Read when it is needed first: many a run proposes nothing.</summary>
    public static RequestTextTemplate Default { get; } =
        new(new Lazy<GoTemplate>(() => GoTemplate.TryParse(DefaultText, out var template, out var problem) ? template : throw new InvalidOperationException(problem)));

    /// <param name="text">With <c>.Summary</c>, <c>.Group</c>, <c>.Applications</c>, <c>.FirstApplication</c>, <c>.FirstAlias</c>, <c>.Notes</c>, <c>.More</c>, and <c>.Changes</c>, a list of
    /// <c>.Application</c>, <c>.Alias</c>, <c>.Image</c>, <c>.OldTag</c>, <c>.NewTag</c>, <c>.Digest</c>, <c>.Built</c>, <c>.ImageUrl</c>, <c>.SourceUrl</c>, <c>.CompareUrl</c> and <c>.ReleasesUrl</c>.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence with line and column; fields that do not exist are found here too.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RequestTextTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        if (!GoTemplate.TryParse(text, out var parsed, out problem))
            return false;
        var tried = new RequestTextTemplate(new Lazy<GoTemplate>(parsed));
        template = tried.TryRender(Sample, out _, out problem) && tried.TryRender(Sample with { Changes = [Sample.Changes[1]], Notes = [] }, out _, out problem) ? tried : null;
        return template is not null;
    }

    /// <param name="data">What is proposed.</param>
    /// <param name="text">Title and body, of any length.</param>
    /// <param name="problem">A sentence with line and column.</param>
    public bool TryRender(RequestTextData data, [NotNullWhen(true)] out PullRequestText? text, [NotNullWhen(false)] out string? problem)
    {
        text = null;
        if (!_template.Value.TryRender(Model(data), out var printed, out problem))
            return false;
        var lines = printed.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => line.Length == 0).ToList();
        if (lines.Count == 0)
        {
            problem = "the template prints nothing, a request needs a title";
            return false;
        }

        text = new PullRequestText(Plain(data.Title ?? lines[0]).Trim(), string.Join('\n', lines.Skip(1)).Trim('\n'));
        problem = null;
        return true;
    }

    private static Dictionary<string, object?> Model(RequestTextData data) => new(StringComparer.Ordinal)
    {
        ["Summary"] = Summary(data),
        ["Group"] = data.Group ?? "",
        ["Applications"] = data.Changes.Select(change => change.Application.ToString()).Distinct(StringComparer.Ordinal).Select(name => (object?)name).ToList(),
        ["FirstApplication"] = data.Changes.Count == 0 ? "" : data.Changes[0].Application.ToString(),
        ["FirstAlias"] = data.Changes.Count == 0 ? "" : data.Changes[0].Alias ?? data.Changes[0].Image,
        ["Changes"] = data.Changes.Take(MaxShown).Select(change => (object?)Model(change)).ToList(),
        ["More"] = (long)Math.Max(0, data.Changes.Count - MaxShown),
        ["Notes"] = data.Notes.Take(MaxShown).Select(note => (object?)Plain(note)).ToList(),
    };

    private static Dictionary<string, object?> Model(RequestChange change) => new(StringComparer.Ordinal)
    {
        ["Application"] = change.Application.ToString(),
        ["Alias"] = Code(change.Alias ?? ""),
        ["Image"] = Code(change.Image),
        ["OldTag"] = Code(change.OldTag ?? ""),
        ["NewTag"] = Code(change.NewTag),
        ["Digest"] = change.Digest ?? "",
        ["Built"] = change.Built?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "",
        ["ImageUrl"] = change.Links.Image?.AbsoluteUri ?? "",
        ["SourceUrl"] = change.Links.Source?.AbsoluteUri ?? "",
        ["CompareUrl"] = change.Links.Compare?.AbsoluteUri ?? "",
        ["ReleasesUrl"] = change.Links.Releases?.AbsoluteUri ?? "",
    };

    /// <summary>The whole of it in some words.</summary>
    private static string Summary(RequestTextData data)
    {
        var applications = data.Changes.Select(change => change.Application).Distinct().ToList();
        var of = data.Group is { } group ? $"group {group}" : applications.Count == 1 ? applications[0].Name : $"{applications.Count} applications";
        return data.Changes switch
        {
            [var only] when data.Group is null => $"update {only.Application.Name}{(only.Alias is { } alias && alias != only.Application.Name ? $" {Plain(alias)}" : "")} to {Plain(Short(only.NewTag))}",
            [var first, ..] when data.Changes.All(change => change.NewTag == first.NewTag) => $"update {of} to {Plain(Short(first.NewTag))}",
            _ => $"update {data.Changes.Count} images of {of}",
        };
    }

    private static string Short(string value) => value.StartsWith("sha256:", StringComparison.Ordinal) ? value[..Math.Min(19, value.Length)] : value.Split('@')[0];

    /// <summary>Within backquotes and cells of tables: what people wrote into a file may hold anything.</summary>
    private static string Code(string text) => string.Concat(Plain(text).Select(c => c is '`' or '|' or '<' or '>' or '[' or ']' ? '_' : c));

    private static string Plain(string text) => string.Concat(text.Take(MaxText).Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}

/// <summary>What a request's text is made from.</summary>
/// <param name="Group">Null: it is for one application.</param>
/// <param name="Changes">In the order of the applications; empty where only carried parameters follow them.</param>
/// <param name="Notes">Sentences about what else is done.</param>
public sealed record RequestTextData(string? Group, IReadOnlyList<RequestChange> Changes, IReadOnlyList<string> Notes)
{
    /// <summary>Of what a person wants: the template is about updates. Null: the template speaks.</summary>
    public string? Title { get; init; }
}
