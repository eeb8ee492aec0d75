using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Kubernetes.Objects.Json;

/// <summary>Makes manifest nodes from JSON tokens, one token at a time; tokens of fields that nobody wants are passed over.</summary>
internal sealed class JsonNodeBuilder(WantedFields wanted, StringTable strings)
{
    private const int NotSkipping = -1;

    private static readonly ManifestNode True = Plain("true");
    private static readonly ManifestNode False = Plain("false");
    private static readonly ManifestNode Null = Plain("null");

    private readonly Stack<Frame> _open = new();
    private int _skipDepth = NotSkipping;
    private bool _skipNext;

    /// <summary>How many mappings and lists around the last node are still open; 0 when it was a whole text.</summary>
    public int Depth => _open.Count;

    /// <summary>The node that this token completes, when it is a whole text or an item that is handed out; else null.</summary>
    public ManifestNode? Take(ref Utf8JsonReader reader)
    {
        var token = reader.TokenType;
        if (_skipDepth != NotSkipping)
        {
            if (token is JsonTokenType.EndObject or JsonTokenType.EndArray && reader.CurrentDepth == _skipDepth)
                _skipDepth = NotSkipping;
            return null;
        }

        switch (token)
        {
            case JsonTokenType.PropertyName:
                var owner = _open.Peek();
                owner.Below = owner.Wanted.Find(ref reader, strings, out var name);
                owner.Key = name;
                _skipNext = owner.Below is null;
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                var ended = _open.Pop();
                return Attach(new ManifestNode { Line = 0, Map = ended.Map, Items = ended.Items });
        }

        var isContainer = token is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (_skipNext || (_open.TryPeek(out var list) && list.Items is not null && list.Wanted.IsPresence && !list.Wanted.HandsOutItems))
        {
            _skipNext = false;
            if (isContainer)
                _skipDepth = reader.CurrentDepth;
            return null;
        }

        if (!isContainer)
            return Attach(Scalar(ref reader));
        _open.Push(new Frame(Below(), token == JsonTokenType.StartObject));
        return null;
    }

    private WantedFields Below() => !_open.TryPeek(out var frame) ? wanted : frame.Map is null ? frame.Wanted : frame.Below!;

    private ManifestNode Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new ManifestNode { Line = 0, Text = Below().IsPrivate ? reader.GetString() : strings.Read(ref reader), IsString = true },
        JsonTokenType.True => True,
        JsonTokenType.False => False,
        JsonTokenType.Null => Null,
        _ => Plain(Encoding.ASCII.GetString(reader.ValueSpan)),
    };

    private static ManifestNode Plain(string text) => new() { Line = 0, Text = text };

    private ManifestNode? Attach(ManifestNode node)
    {
        if (!_open.TryPeek(out var owner))
            return node;
        if (owner.Map is not null)
            owner.Map[owner.Key] = node;
        else if (owner.Wanted.HandsOutItems)
            return node;
        else
            owner.Items!.Add(node);
        return null;
    }

    private sealed class Frame(WantedFields wanted, bool isMap)
    {
        public WantedFields Wanted => wanted;

        public Dictionary<string, ManifestNode>? Map { get; } = isMap ? new(StringComparer.Ordinal) : null;

        public List<ManifestNode>? Items { get; } = isMap ? null : [];

        public string Key { get; set; } = "";

        /// <summary>Of the value that comes next; null when it is skipped.</summary>
        public WantedFields? Below { get; set; }
    }
}
