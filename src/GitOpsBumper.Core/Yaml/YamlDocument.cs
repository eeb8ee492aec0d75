using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBumper.Core.Yaml;

/// <summary>One document of a text, read by itself.</summary>
/// <param name="Yaml">From its beginning to that of the next one; its offsets count from there.</param>
/// <param name="Offset">Of the document in the text.</param>
internal sealed record YamlDocument(YamlText Yaml, int Offset)
{
    /// <summary>Of documents in one text.</summary>
    public const int MaxCount = 1000;

    /// <summary>Reads a text of any number of documents, up to <see cref="MaxCount"/>.</summary>
    /// <param name="text">With or without byte order mark.</param>
    /// <param name="documents">In the order of the text.</param>
    /// <param name="problem">A sentence with the line.</param>
    public static bool TryParseAll(string text, [NotNullWhen(true)] out IReadOnlyList<YamlDocument>? documents, [NotNullWhen(false)] out string? problem)
    {
        documents = null;
        var read = new List<YamlDocument>();
        if (!TryFindStarts(text, out var starts, out problem))
            return false;
        for (var index = 0; index < starts.Count; index++)
        {
            var part = text[starts[index]..(index + 1 < starts.Count ? starts[index + 1] : text.Length)];
            if (!YamlText.TryParse(part, out var yaml, out problem))
            {
                // Once more behind as many lines as stand before it, so that the sentence names the line of the whole text.
                var placed = new string('\n', text.AsSpan(0, starts[index]).Count('\n')) + part;
                problem = YamlText.TryParse(placed, out _, out var reason) ? problem : reason;
                return false;
            }

            read.Add(new YamlDocument(yaml, starts[index]));
        }

        documents = read;
        problem = null;
        return true;
    }

    private static bool TryFindStarts(string text, out IReadOnlyList<int> starts, [NotNullWhen(false)] out string? problem)
    {
        var found = new List<int> { 0 };
        starts = found;
        problem = null;
        if (text.Length > YamlText.MaxLength)
        {
            problem = $"the text has {text.Length} characters, allowed are {YamlText.MaxLength}";
            return false;
        }

        try
        {
            var skipped = text.StartsWith('\uFEFF') ? 1 : 0;
            var parser = new Parser(new StringReader(text[skipped..]));
            var isFirst = true;
            while (parser.MoveNext())
            {
                if (parser.Current is not DocumentStart start)
                    continue;
                if (!isFirst)
                    found.Add((int)start.Start.Index + skipped);
                isFirst = false;
                if (found.Count > MaxCount)
                {
                    problem = $"line {start.Start.Line} begins document {found.Count}, allowed are {MaxCount} in one file";
                    return false;
                }
            }

            return true;
        }
        catch (YamlException failure)
        {
            problem = $"line {failure.Start.Line}, column {failure.Start.Column} is not YAML: {Plain(failure)}";
            return false;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser itself stumbles over some texts that are no YAML.
            problem = $"the text is not YAML: {Plain(failure)}";
            return false;
        }
    }

    private static string Plain(Exception failure) => failure.Message.Split('\n')[0].Trim().TrimEnd('.');
}
