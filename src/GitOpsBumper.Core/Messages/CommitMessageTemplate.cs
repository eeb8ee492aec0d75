using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;

namespace GitOpsBumper.Core.Messages;

/// <summary>The template of commit messages: subject and body from the user, the trailers that the bot reads again always from the bot.</summary>
public sealed partial class CommitMessageTemplate
{
    private const string DefaultText = """
        build: automatic update of {{ .AppName }}

        {{ range .AppChanges -}}
        updates image {{ .Image }} tag '{{ .OldTag }}' to '{{ .NewTag }}'
        {{ end -}}
        """;

    /// <summary>For people: the bot does not read it again.</summary>
    private const string ApprovedKey = "Approved-by";

    /// <summary>Of a commit for several applications, so many changes reach the template, which cannot print without end.</summary>
    private const int MaxShown = 50;

    /// <summary>The same of their names.</summary>
    private const int MaxNames = 3;

    /// <summary>What a template is tried with: an image with everything, and one of several that has nothing that may be missing.</summary>
    private static readonly ImageChange[][] Samples =
    [
        [new ImageChange("web", "registry.example.com/web", "1", "2")],
        [new ImageChange("web", "registry.example.com/web", "1", "2"), new ImageChange(null, "registry.example.com/api", null, "sha256:0")],
    ];

    private readonly GoTemplate _template;

    private readonly string? _signOff;

    /// <param name="template">Of subject and body.</param>
    /// <param name="signOff">A whole line; null without one.</param>
    private CommitMessageTemplate(GoTemplate template, string? signOff)
    {
        _template = template;
        _signOff = signOff;
    }

    public static CommitMessageTemplate Default { get; } =
        TryParse(DefaultText, out var template, out var problem) ? template : throw new InvalidOperationException(problem);

    /// <param name="text">With <c>.AppName</c> and <c>.AppChanges</c>, a list of <c>.Image</c>, <c>.Alias</c>, <c>.OldTag</c>, <c>.NewTag</c> and <c>.Labels</c>.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence with line and column; fields that do not exist are found here too.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CommitMessageTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        if (!GoTemplate.TryParse(text, out var parsed, out problem))
            return false;
        var tried = new CommitMessageTemplate(parsed, signOff: null);
        foreach (var sample in Samples)
        {
            if (!tried.TryRender(new CommitMessageData(new NamespacedName("argocd", "web"), sample, []), out _, out problem))
                return false;
        }

        problem = null;
        template = tried;
        return true;
    }

    /// <summary>The same, with a last trailer that says who signed the commit off.</summary>
    /// <param name="name">Without angle brackets and line breaks.</param>
    /// <param name="email">Likewise.</param>
    public CommitMessageTemplate SignedOffBy(string name, string email) => new(_template, $"Signed-off-by: {name} <{email}>");

    /// <summary>The whole message: subject, blank line, body, blank line, trailers. Ends with a line end.</summary>
    public bool TryRender(CommitMessageData data, [NotNullWhen(true)] out string? message, [NotNullWhen(false)] out string? problem) => TryRender([data], out message, out problem);

    /// <summary>The message of one commit for several applications: to the template they are one, with all names and all changes.</summary>
    public bool TryRender(IReadOnlyList<CommitMessageData> all, [NotNullWhen(true)] out string? message, [NotNullWhen(false)] out string? problem)
    {
        message = null;
        problem = null;
        List<string> lines;
        if (all is [{ Said: { } said }])
            lines = [.. said.Select(Line)];
        else if (_template.TryRender(Model(all), out var text, out problem))
            lines = Lines(text);
        else
            return false;
        // Where the template prints it already it is not to stand there twice, and among the trailers in any case.
        if (_signOff is not null)
            lines = Trimmed(lines.Where((line, index) => index == 0 || !line.Equals(_signOff, StringComparison.OrdinalIgnoreCase)));
        if (lines.Count == 0)
        {
            problem = "the template prints nothing, a commit needs a subject";
            return false;
        }

        if (lines.Count > 1 && lines[1].Length > 0)
            lines.Insert(1, "");
        // A trailer block of the user's own goes on; git reads only the last block.
        var ownTrailers = TrailerBlock(lines);
        var body = lines.Count - (ownTrailers == 0 ? 0 : ownTrailers + 1);
        var notes = Notes(all);
        if (notes.Count > 0)
            lines.InsertRange(body, body == 1 ? ["", .. notes] : notes);
        var trailers = all.SelectMany(Trailers).ToList();
        if (_signOff is not null)
            trailers.Add(_signOff);
        if (trailers.Count > 0 && ownTrailers == 0)
            lines.Add("");
        lines.AddRange(trailers);
        message = new StringBuilder().AppendJoin('\n', lines).Append('\n').ToString();
        return true;
    }

    /// <summary>How many lines at the end are trailers of the user's own: all of the last paragraph, unless it is the subject.</summary>
    private static int TrailerBlock(List<string> lines)
    {
        var start = lines.LastIndexOf("") + 1;
        return start > 0 && lines.Skip(start).All(line => TrailerLine().IsMatch(line)) ? lines.Count - start : 0;
    }

    private static IEnumerable<string> Trailers(CommitMessageData data)
    {
        foreach (var change in data.Changes)
            yield return new UpdateTrailer(data.Application, change.Alias, change.Image, change.OldTag, change.NewVersion).ToString();
        foreach (var hold in data.Holds)
        {
            yield return hold.Trailer.ToString()!;
            if (hold.By is { } by)
                yield return $"{UpdateCommit.ByKey}: {Plain(by)}";
            if (hold.Reason is { } reason)
                yield return $"{UpdateCommit.ReasonKey}: {Plain(reason)}";
        }

        if (data.Changes.Count + data.Holds.Count > 0 && data.Target is { } target)
            yield return $"{UpdateCommit.TargetKey}: {Plain(target)}";
        foreach (var by in data.ApprovedBy.Select(Plain).Distinct(StringComparer.Ordinal))
            yield return $"{ApprovedKey}: {by}";
    }

    /// <summary>Sentences of one application stand alone; of several, behind its name.</summary>
    private static List<string> Notes(IReadOnlyList<CommitMessageData> all)
    {
        var notes = all.SelectMany(data => data.Notes.Select(note => Line(all.Count == 1 ? note : $"{data.Application.Name}: {note}"))).Take(MaxShown).ToList();
        if (Changes(all).Count() > MaxShown)
            notes.Add($"and more, see the trailers below for all {all.Sum(data => data.Changes.Count)} updates");
        return notes;
    }

    private static IEnumerable<ImageChange> Changes(IReadOnlyList<CommitMessageData> all) => all.Count == 1 ? all[0].Changes : all.SelectMany(data => data.Changes).DistinctBy(change => (change.Image, change.OldTag, change.NewTag));

    private static string Names(IReadOnlyList<string> names) =>
        names.Count <= MaxNames ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MaxNames))} and {names.Count - MaxNames} more";

    private static Dictionary<string, object?> Model(IReadOnlyList<CommitMessageData> all) => new(StringComparer.Ordinal)
    {
        ["AppName"] = Names([.. all.Select(data => data.Application.Name)]),
        ["AppNamespace"] = Names([.. all.Select(data => data.Application.Namespace).Distinct(StringComparer.Ordinal)]),
        ["AppChanges"] = Changes(all).Take(all.Count == 1 ? int.MaxValue : MaxShown).Select(change => (object?)new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Alias"] = change.Alias ?? "",
            ["Image"] = Plain(change.Image),
            ["OldTag"] = Plain(change.OldTag ?? ""),
            ["NewTag"] = Plain(change.NewTag),
            ["Labels"] = new Dictionary<string, object?>(StringComparer.Ordinal),
        }).ToList(),
    };

    /// <summary>The lines of the rendered text, without blank ones around.</summary>
    private static List<string> Lines(string text) => Trimmed(text.Split('\n').Select(Line));

    private static List<string> Trimmed(IEnumerable<string> all)
    {
        var lines = all.SkipWhile(line => line.Length == 0).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return lines;
    }

    /// <summary>One line, and none that would pass for a trailer of the bot.</summary>
    private static string Line(string text)
    {
        var line = Plain(text.TrimEnd());
        return OwnTrailer().IsMatch(line) ? "> " + line : line;
    }

    private static string Plain(string text) => text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]) : text;

    [GeneratedRegex(@"\A\s*(?:bumper-[a-z-]+|approved-by)\s*:", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex OwnTrailer();

    [GeneratedRegex(@"\A[A-Za-z0-9-]+: ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TrailerLine();
}
