using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>Reads the documents of a YAML text one after the other, straight from the parser's events.</summary>
internal sealed class ManifestParser(TextReader text)
{
    private const int MaxDepth = 100;
    private const int MaxNodes = 2_000_000;
    private readonly Parser _parser = new(text);
    private readonly Dictionary<string, ManifestNode> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    /// <summary>Ends with the text; what came before a mistake has been returned by then.</summary>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    /// <exception cref="ManifestException">It is deeper or larger than any manifest.</exception>
    public IEnumerable<ManifestNode> Documents()
    {
        _parser.Consume<StreamStart>();
        while (!_parser.TryConsume<StreamEnd>(out _))
        {
            _parser.Consume<DocumentStart>();
            _anchors.Clear();
            var document = Node(0);
            _parser.Consume<DocumentEnd>();
            yield return document;
        }
    }

    private ManifestNode Node(int depth)
    {
        var line = (int)_parser.Current!.Start.Line;
        if (depth > MaxDepth)
            throw new ManifestException(line, $"nested deeper than {MaxDepth} levels");
        if (++_nodes > MaxNodes)
            throw TooMany(line);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            // Shared, not copied: aliases of aliases cost nothing. Its name may be a password that lacks quotes, so it is not told.
            return _anchors.TryGetValue(alias.Value.Value, out var target) ? target : throw new ManifestException(line, "an alias has no anchor; a text that begins with * has to be in quotes");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return Keep(scalar, new ManifestNode
            {
                Line = line,
                Text = scalar.Value,
                IsString = scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str"),
            });
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var items = new List<ManifestNode>();
            while (!_parser.Accept<SequenceEnd>(out _))
                items.Add(Node(depth + 1));
            _parser.Consume<SequenceEnd>();
            return Keep(sequence, new ManifestNode { Line = line, Items = items });
        }

        var mapping = _parser.Consume<MappingStart>();
        var map = new Dictionary<string, ManifestNode>(StringComparer.Ordinal);
        var merged = new List<ManifestNode>();
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key.Text == "<<" && !key.IsString)
                merged.Add(value);
            else if (key.Text is { } name && !map.TryAdd(name, value))
                throw new ManifestException(key.Line, $"the key '{name}' stands here a second time");
        }

        _parser.Consume<MappingEnd>();
        // Last, wherever the merge key stands: the mapping's own keys win.
        foreach (var from in merged)
            Merge(map, from);
        return Keep(mapping, new ManifestNode { Line = line, Map = map });
    }

    private void Merge(Dictionary<string, ManifestNode> map, ManifestNode from)
    {
        foreach (var source in from.Items ?? [from])
        {
            foreach (var (key, value) in source.Map ?? [])
            {
                if (++_nodes > MaxNodes)
                    throw TooMany(source.Line);
                map.TryAdd(key, value);
            }
        }
    }

    private static ManifestException TooMany(int line) => new(line, $"more than {MaxNodes} nodes in one file");

    private ManifestNode Keep(NodeEvent made, ManifestNode node)
    {
        if (!made.Anchor.IsEmpty)
            _anchors[made.Anchor.Value] = node;
        return node;
    }
}
