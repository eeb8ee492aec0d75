using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Markers;

/// <summary>Any YAML file, of any number of documents, in which comments mark the scalars that an image is written to.</summary>
public sealed class MarkedFile
{
    private readonly MarkScanner _scanner;

    private MarkedFile(string text, MarkScanner scanner)
    {
        Text = text;
        _scanner = scanner;
        Marks = [.. scanner.Marks.Select(placed => placed.Mark)];
    }

    public string Text { get; }

    /// <summary>In the order of the file; empty where nothing is marked.</summary>
    public IReadOnlyList<Mark> Marks { get; }

    /// <summary>Whether it is worth while to read a file: what has no line with a comment, braces and the word of a marker behind one another has no such marker.</summary>
    internal static bool MayHaveMarks(string text, string key)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (Behind(Behind(line, '#'), '{').Contains(key, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <param name="text">Of the file.</param>
    /// <param name="file">What is marked in it.</param>
    /// <param name="problem">What is no YAML, or markers that cannot be understood: sentences with their lines.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out MarkedFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        if (!YamlText.TryParseAll(text, out var documents, out problem))
            return false;
        var scanner = new MarkScanner(text, documents);
        problem = scanner.Problem;
        file = problem is null ? new MarkedFile(text, scanner) : null;
        return file is not null;
    }

    /// <summary>The marks of an image: by its alias, in any namespace or that of the Application. None of an image without alias.</summary>
    public IReadOnlyList<Mark> MarksOf(ImagePolicy image, string applicationNamespace) => [.. Marks.Where(mark => IsOf(mark, image, applicationNamespace))];

    /// <summary>What the marked scalars of an image say; a tag and a digest that are marked apart, or in whole images, are one version.</summary>
    public IReadOnlyList<WrittenVersion> WrittenVersions(ImagePolicy image, string applicationNamespace) => WrittenVersions(MarksOf(image, applicationNamespace));

    /// <summary>The same for marks of several files.</summary>
    public static IReadOnlyList<WrittenVersion> WrittenVersions(IEnumerable<Mark> all)
    {
        var marks = all.Where(mark => mark.Current.Length > 0).ToList();
        var digests = marks.Where(mark => mark.Field == MarkField.Digest).ToList();
        var digest = digests.Select(mark => mark.Current).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null;
        var tags = marks.Where(mark => mark.Field == MarkField.Tag).ToList();
        var images = marks.Where(mark => mark.Field == MarkField.Image)
            .Select(mark => new WrittenVersion(ImageReference.TryParse(mark.Current, out var reference, out _) ? reference.Version : null, mark.Current, mark.Line)).ToList();
        return
        [
            .. images,
            .. tags.Select(mark => WrittenVersion.Of((digest ?? DigestOf(mark.Current)) is { } known ? $"{mark.Current}@{known}" : mark.Current, mark.Line)),
            .. tags.Count > 0 ? [] : digests.Select(mark => WrittenVersion.Of(mark.Current, mark.Line)),
        ];

        string? DigestOf(string tag) => images.Find(image => image.Version is { Digest: not null } version && version.Tag?.Text == tag)?.Version!.Digest!.ToString();
    }

    /// <summary>Sets every mark of an image. A scalar with an anchor keeps it, so what refers to it says the same; an alias is replaced.</summary>
    /// <param name="image">By its alias.</param>
    /// <param name="applicationNamespace">Whose marks are meant, besides those without namespace.</param>
    /// <param name="version">Has what is marked: a digest where one is.</param>
    /// <param name="changed">Equal in its text when nothing changes, as when nothing is marked.</param>
    /// <param name="problem">Why it cannot be done.</param>
    public bool TrySet(ImagePolicy image, string applicationNamespace, ImageVersion version, [NotNullWhen(true)] out MarkedFile? changed, [NotNullWhen(false)] out string? problem)
    {
        changed = null;
        var text = Text;
        var wanted = new Dictionary<WrittenNode, string>(ReferenceEqualityComparer.Instance);
        foreach (var placed in _scanner.Marks.Where(placed => IsOf(placed.Mark, image, applicationNamespace)).Reverse())
        {
            if (!TryValue(placed.Mark, image, version, out var value, out problem))
                return false;
            wanted[placed.Node] = value;
            if (value == placed.Mark.Current)
                continue;
            var form = placed.Node.Node is YamlNode.Scalar scalar ? scalar.Form : ScalarForm.Plain;
            text = YamlSplice.Replace(text, placed.Node.ValueStart(Text), placed.Node.End, YamlQuoting.Write(value, form));
        }

        problem = null;
        changed = text == Text ? this : TryRead(text, out var read, out _) && IsAsWanted(read, wanted) ? read : null;
        if (changed is null)
            problem = $"line {MarksOf(image, applicationNamespace)[0].Line}: what is marked for '{image.DisplayAlias}' is written in a way that cannot be edited safely; write it as 'key: value' on one line";
        return changed is not null;
    }

    private static ReadOnlySpan<char> Behind(ReadOnlySpan<char> text, char c) => text.IndexOf(c) is var at and >= 0 ? text[(at + 1)..] : default;

    private static bool IsOf(Mark mark, ImagePolicy image, string applicationNamespace) =>
        image.Alias is { } alias && AnnotationKeys.AliasInKeys(mark.Alias) == AnnotationKeys.AliasInKeys(alias) && (mark.Namespace ?? applicationNamespace) == applicationNamespace;

    private static bool TryValue(Mark mark, ImagePolicy image, ImageVersion version, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        if (mark.Field == MarkField.Image && WrittenImage.IsAnother(mark.Current, image))
        {
            problem = $"line {mark.Line}: {WrittenImage.Refusal(mark.Current, image)}";
            return false;
        }

        var name = WrittenImage.Kept(mark.Current, image);
        value = mark.Field switch
        {
            MarkField.Image => name.WithVersion(version).ToString(),
            MarkField.Name => name.Name,
            MarkField.Tag => version.Tag?.Text,
            _ => version.Digest?.ToString(),
        };
        problem = value is not null
            ? null
            : $"line {mark.Line}: the {(mark.Field == MarkField.Tag ? "tag" : "digest")} of '{image.DisplayAlias}' is marked, but version '{version}' has none;"
                + (mark.Field == MarkField.Tag ? " mark the digest, or the whole image" : " annotation pin-digest makes it known");
        return problem is null;
    }

    /// <summary>The last line of defence: what was set is read back, and what was not says what it said. What an anchor stands for is told where it stands.</summary>
    private bool IsAsWanted(MarkedFile result, Dictionary<WrittenNode, string> wanted)
    {
        var (before, after) = (_scanner.Nodes, result._scanner.Nodes);
        return before.Count == after.Count && Marks.Count == result.Marks.Count
            && before.Zip(after).All(pair => wanted.TryGetValue(pair.First, out var value)
                ? pair.Second.Text == value
                : Text[pair.First.Start..pair.First.End] == result.Text[pair.Second.Start..pair.Second.End])
            && Marks.Zip(result.Marks).All(pair => pair.First with { Current = "", Line = 0 } == pair.Second with { Current = "", Line = 0 });
    }
}
