using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBumper.Core.Yaml;

/// <summary>Builds nodes from the parser's events; aliases stay aliases, so a text cannot grow while it is read.</summary>
internal sealed class YamlTreeBuilder
{
    private readonly string _text;
    private readonly int _skipped;
    private readonly int _maxDepth;
    private readonly Parser _parser;
    private readonly bool _allowsDuplicates;

    /// <summary>By name, the latest one; null while the node is still being read.</summary>
    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);
    private HashSet<string> _aliased = new(StringComparer.Ordinal);

    public YamlTreeBuilder(string text, int skipped, int maxDepth, bool allowsDuplicates = false)
    {
        _text = text;
        _skipped = skipped;
        _maxDepth = maxDepth;
        _allowsDuplicates = allowsDuplicates;
        _parser = new Parser(new StringReader(text[skipped..]));
    }

    public int ContentEnd { get; private set; }

    public IReadOnlySet<string> Aliased => _aliased;

    public YamlNode? Build()
    {
        ContentEnd = _text.Length;
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
            return null;
        var root = Document();
        if (_parser.Accept<DocumentStart>(out var second))
            throw new YamlLimitException($"line {second.Start.Line} begins a second document, one is allowed");
        return root;
    }

    /// <summary>Reads document after document; each time, the properties speak of the one that was read last.</summary>
    public IEnumerable<YamlNode?> BuildAll()
    {
        _parser.Consume<StreamStart>();
        while (!_parser.TryConsume<StreamEnd>(out _))
        {
            // Anchors do not reach into the next document.
            _anchors.Clear();
            _aliased = new HashSet<string>(StringComparer.Ordinal);
            yield return Document();
        }
    }

    private YamlNode? Document()
    {
        _parser.Consume<DocumentStart>();
        var root = Node(0);
        ContentEnd = At(_parser.Consume<DocumentEnd>().Start);
        return root is YamlNode.Scalar { IsNull: true, IsEmpty: true } ? null : root;
    }

    private YamlNode Node(int depth)
    {
        if (depth > _maxDepth)
            throw new YamlLimitException($"line {_parser.Current!.Start.Line} is nested deeper than {_maxDepth} levels");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var target))
                throw new YamlLimitException($"line {alias.Start.Line} has the alias *{alias.Value.Value}, but no anchor of that name stands before it");
            _aliased.Add(alias.Value.Value);
            return new YamlNode.Alias { Name = alias.Value.Value, Definition = target, Start = At(alias.Start), End = At(alias.End) };
        }

        if (_parser.Current is NodeEvent { Anchor.IsEmpty: false } anchored)
            _anchors[anchored.Anchor.Value] = null;
        var node = Written(depth);
        // A node within it may have taken the name over.
        if (node.Anchor is { } anchor && _anchors[anchor] is null)
            _anchors[anchor] = node;
        return node;
    }

    private YamlNode Written(int depth)
    {
        if (_parser.TryConsume<Scalar>(out var scalar))
            return ReadScalar(scalar);
        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var items = new List<YamlNode>();
            while (!_parser.Accept<SequenceEnd>(out _))
                items.Add(Node(depth + 1));
            var end = _parser.Consume<SequenceEnd>();
            var flow = sequence.Style == SequenceStyle.Flow;
            return new YamlNode.Sequence
            {
                IsFlow = flow,
                Items = items,
                Anchor = Anchor(sequence),
                IsTagged = !sequence.Tag.IsEmpty,
                Start = At(sequence.Start),
                End = flow ? At(end.Start) + 1 : items.Count == 0 ? At(sequence.End) : items[^1].End,
            };
        }

        return ReadMapping(_parser.Consume<MappingStart>(), depth);
    }

    private YamlNode.Mapping ReadMapping(MappingStart mapping, int depth)
    {
        var entries = new List<MappingEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var line = _parser.Current!.Start.Line;
            var key = Node(depth + 1);
            if (key is YamlNode.Scalar { Value: var name } && !keys.Add(name) && !_allowsDuplicates)
                throw new YamlLimitException($"line {line} has the key '{name}' a second time");
            var value = Node(depth + 1);
            entries.Add(new MappingEntry(key, value, ColonBehind(key.End)));
        }

        var end = _parser.Consume<MappingEnd>();
        var flow = mapping.Style == MappingStyle.Flow;
        return new YamlNode.Mapping
        {
            IsFlow = flow,
            Entries = entries,
            Anchor = Anchor(mapping),
            IsTagged = !mapping.Tag.IsEmpty,
            Start = At(mapping.Start),
            End = flow ? At(end.Start) + 1 : entries.Count == 0 ? At(mapping.End) : Math.Max(entries[^1].Key.End, entries[^1].Value.End),
        };
    }

    private YamlNode.Scalar ReadScalar(Scalar scalar)
    {
        var form = scalar.Style switch
        {
            ScalarStyle.SingleQuoted => ScalarForm.SingleQuoted,
            ScalarStyle.DoubleQuoted => ScalarForm.DoubleQuoted,
            ScalarStyle.Literal or ScalarStyle.Folded => ScalarForm.Block,
            _ => ScalarForm.Plain,
        };
        var start = At(scalar.Start);
        var end = form == ScalarForm.Plain && scalar.Value.Length == 0 ? EndOfProperties(start) : At(scalar.End);
        if (form == ScalarForm.Block)
            end = EndOfBlock(start, end, keepsLines: scalar.Value is "\n" || scalar.Value.EndsWith("\n\n", StringComparison.Ordinal));
        return new YamlNode.Scalar { Value = scalar.Value, Form = form, Start = start, End = end, Anchor = Anchor(scalar), IsTagged = !scalar.Tag.IsEmpty };
    }

    private int? ColonBehind(int keyEnd)
    {
        var at = keyEnd;
        while (at < _text.Length && _text[at] is ' ' or '\t')
            at++;
        return at < _text.Length && _text[at] == ':' ? at : null;
    }

    /// <summary>A tag or an anchor that stands for nothing: the parser does not say where it ends.</summary>
    private int EndOfProperties(int start)
    {
        var end = start;
        for (var at = start; at < _text.Length && _text[at] is ('&' or '!');)
        {
            while (at < _text.Length && !char.IsWhiteSpace(_text[at]) && _text[at] is not (',' or ']' or '}'))
                at++;
            end = at;
            while (at < _text.Length && _text[at] == ' ')
                at++;
        }

        return end;
    }

    /// <summary>The parser ends a block scalar where the next token begins. Blank lines belong to it only where it keeps them (<c>|+</c>).</summary>
    private int EndOfBlock(int start, int end, bool keepsLines)
    {
        var trimmed = end;
        while (trimmed > start && char.IsWhiteSpace(_text[trimmed - 1]))
            trimmed--;
        var lastBreak = _text.LastIndexOf('\n', Math.Max(0, end - 1), end - trimmed);
        if (!keepsLines || lastBreak < 0)
            return trimmed;
        return _text[lastBreak - 1] == '\r' ? lastBreak - 1 : lastBreak;
    }

    private static string? Anchor(NodeEvent node) => node.Anchor.IsEmpty ? null : node.Anchor.Value;

    private int At(Mark mark) => (int)Math.Min(mark.Index + _skipped, _text.Length);
}
