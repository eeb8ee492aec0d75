using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Markers;

/// <summary>A scalar, or an alias, that is written somewhere in a text.</summary>
/// <param name="Start">In the whole text, its tag and anchor included.</param>
/// <param name="End">Behind its last character.</param>
/// <param name="IsKey">Of a mapping.</param>
internal sealed record WrittenNode(YamlNode Node, int Start, int End, bool IsKey)
{
    /// <summary>Null when an alias stands for a mapping or a list.</summary>
    public string? Text => YamlShape.Text(Node);

    public bool IsBlock => Node is YamlNode.Scalar { Form: ScalarForm.Block };

    /// <summary>Behind tag and anchor, which stay.</summary>
    public int ValueStart(string text)
    {
        var at = Start;
        while (at < End && text[at] is '&' or '!')
        {
            while (at < End && !char.IsWhiteSpace(text[at]))
                at++;
            while (at < End && char.IsWhiteSpace(text[at]))
                at++;
        }

        return at;
    }
}

/// <summary>A mark with the node it is about.</summary>
internal sealed record PlacedMark(Mark Mark, WrittenNode Node);

/// <summary>Finds the comments of a text by its nodes: a <c>#</c> inside a text is none.</summary>
internal sealed class MarkScanner
{
    private const int MaxProblems = 3;
    private readonly string _text;
    private readonly List<WrittenNode> _nodes = [];
    private readonly List<PlacedMark> _marks = [];
    private readonly List<string> _problems = [];

    public MarkScanner(string text, IEnumerable<YamlText> documents)
    {
        _text = text;
        foreach (var document in documents)
            Collect(document.Root, isKey: false);
        Scan();
    }

    /// <summary>Everything that is written, in the order of the text.</summary>
    public IReadOnlyList<WrittenNode> Nodes => _nodes;

    public IReadOnlyList<PlacedMark> Marks => _marks;

    /// <summary>The first few; null when there is none.</summary>
    public string? Problem => _problems.Count switch
    {
        0 => null,
        <= MaxProblems => string.Join("; ", _problems),
        _ => $"{string.Join("; ", _problems.Take(MaxProblems))}; and {_problems.Count - MaxProblems} more",
    };

    private void Collect(YamlNode? node, bool isKey)
    {
        switch (node)
        {
            case YamlNode.Mapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    Collect(entry.Key, isKey: true);
                    Collect(entry.Value, isKey: false);
                }

                break;
            case YamlNode.Sequence sequence:
                foreach (var item in sequence.Items)
                    Collect(item, isKey: false);
                break;
            case not null when node.End > node.Start:
                _nodes.Add(new WrittenNode(node, node.Start, node.End, isKey));
                break;
            default:
                break;
        }
    }

    private void Scan()
    {
        var next = 0;
        var line = 1;
        var counted = 0;
        for (var at = _text.IndexOf('#', StringComparison.Ordinal); at >= 0; at = at < _text.Length ? _text.IndexOf('#', at) : -1)
        {
            while (next < _nodes.Count && _nodes[next].End <= at)
                next++;
            var inside = next < _nodes.Count && _nodes[next].Start <= at ? _nodes[next] : null;
            if (inside is not null && !IsHeader(inside, at))
            {
                at = inside.End;
                continue;
            }

            if (at > 0 && _text[at - 1] is not (' ' or '\t' or '\n' or '\r' or '\uFEFF'))
            {
                at++;
                continue;
            }

            var comment = YamlEditor.RestOfLine(_text, at);
            line += _text.AsSpan(counted, at - counted).Count('\n');
            counted = at;
            Read(comment[1..], at, line, inside, next > 0 ? _nodes[next - 1] : null);
            at += comment.Length;
        }
    }

    /// <summary>A block text has its comment on the line of its <c>|</c>, which is not part of the text.</summary>
    private bool IsHeader(WrittenNode node, int at) =>
        node.IsBlock && node.ValueStart(_text) is var start && start < at && !_text.AsSpan(start, at - start).Contains('\n');

    private void Read(string comment, int at, int line, WrittenNode? block, WrittenNode? before)
    {
        if (!MarkText.TryRead(comment, out var mark, out var problem))
        {
            _problems.Add($"line {line}: {problem}");
            return;
        }

        if (mark is null)
            return;
        var onLine = before is not null && !_text.AsSpan(before.End, at - before.End).ContainsAny('\n', '\r') ? before : null;
        if (block is not null || onLine is null || onLine.IsBlock || onLine.IsKey || onLine.Text is not { } text || onLine.ValueStart(_text) == onLine.End)
        {
            if (mark.IsFlux)
                return;
            var what = block is not null || onLine is { IsBlock: true } ? "a block text" : onLine is null ? "nothing" : onLine.IsKey ? "a key without a value on its line" : "no text";
            _problems.Add($"line {line}: marker '{Shortened.Text(comment.Trim())}' stands behind {what}, allowed is the end of a line with a plain or quoted text");
            return;
        }

        _marks.Add(new PlacedMark(new Mark(mark.Alias, mark.Namespace, mark.Field, text, line), onLine));
    }
}
