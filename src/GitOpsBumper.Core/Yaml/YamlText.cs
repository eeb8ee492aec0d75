using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;

namespace GitOpsBumper.Core.Yaml;

/// <summary>A YAML text with the places of its nodes: what is needed to change some of its bytes and leave the others alone.</summary>
public sealed class YamlText
{
    /// <summary>Characters; configuration that is larger is none.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    /// <summary>Of one text.</summary>
    public const int MaxDocuments = 10_000;

    private const int MaxDepth = 64;

    private YamlText(string text, YamlNode? root, int contentEnd, IReadOnlySet<string> aliased)
    {
        Text = text;
        Root = root;
        ContentEnd = contentEnd;
        AliasedAnchors = aliased;
    }

    public string Text { get; }

    /// <summary>Null when the text holds no document, or one that says nothing.</summary>
    public YamlNode? Root { get; }

    /// <summary>Where the document ends: the end of the text, or a document end marker.</summary>
    public int ContentEnd { get; }

    /// <summary>Anchors that some alias refers to: to change such a node is to change them all.</summary>
    public IReadOnlySet<string> AliasedAnchors { get; }

    /// <summary>The line end to write: that of the text, and LF where it has none.</summary>
    public string NewLine => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <summary>Reads a text of at most one document.</summary>
    /// <param name="text">With or without byte order mark.</param>
    /// <param name="value">The text and its nodes.</param>
    /// <param name="problem">A sentence with line and column.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out YamlText? value, [NotNullWhen(false)] out string? problem)
    {
        value = Read(text, allowsDuplicates: false, builder => [builder.Build()], out problem)?[0];
        return value is not null;
    }

    /// <summary>
    /// Reads a text of any number of documents. A key may stand several times in a mapping: who looks for it has to decide, the others need not care.
    /// </summary>
    /// <param name="text">With or without byte order mark.</param>
    /// <param name="documents">
    /// One per document, in order, each with the whole text, so that <see cref="YamlEditor"/> changes that document and leaves the others; empty when there is none.
    /// </param>
    /// <param name="problem">A sentence with line and column.</param>
    public static bool TryParseAll(string text, [NotNullWhen(true)] out IReadOnlyList<YamlText>? documents, [NotNullWhen(false)] out string? problem)
    {
        documents = Read(text, allowsDuplicates: true, builder => builder.BuildAll(), out problem);
        return documents is not null;
    }

    private static List<YamlText>? Read(string text, bool allowsDuplicates, Func<YamlTreeBuilder, IEnumerable<YamlNode?>> build, out string? problem)
    {
        problem = null;
        if (text.Length > MaxLength)
        {
            problem = $"the text has {text.Length} characters, allowed are {MaxLength}";
            return null;
        }

        if (text.StartsWith("\uFEFF\uFEFF", StringComparison.Ordinal))
        {
            problem = "the text begins with two byte order marks, one is allowed";
            return null;
        }

        try
        {
            var builder = new YamlTreeBuilder(text, text.StartsWith('\uFEFF') ? 1 : 0, MaxDepth, allowsDuplicates);
            var documents = new List<YamlText>();
            foreach (var root in build(builder))
            {
                if (documents.Count == MaxDocuments)
                    throw new YamlLimitException($"the text has more than {MaxDocuments} documents");
                documents.Add(new YamlText(text, root, builder.ContentEnd, builder.Aliased));
            }

            return documents;
        }
        catch (YamlException failure)
        {
            problem = failure is YamlLimitException ? failure.Message : $"line {failure.Start.Line}, column {failure.Start.Column} is not YAML: {Plain(failure.Message)}";
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser itself stumbles over some texts that are no YAML.
            problem = $"the text is not YAML: {Plain(failure.Message)}";
            return null;
        }
    }

    private static string Plain(string message) => message.Split('\n')[0].Trim().TrimEnd('.');
}

/// <summary>The text is YAML, but more of it than is read.</summary>
internal sealed class YamlLimitException(string message) : YamlException(message);
