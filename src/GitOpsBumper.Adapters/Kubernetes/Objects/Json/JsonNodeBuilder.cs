using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Kubernetes.Objects.Json;

/// <summary>
/// Makes manifest nodes from JSON tokens, one token at a time; tokens of fields that nobody wants are passed over. Of an item that asks for
/// too much only its identity is kept from then on.
/// </summary>
internal sealed class JsonNodeBuilder(WantedFields wanted, StringTable strings)
{
    /// <summary>Of what is kept; deeper than anything that is read.</summary>
    public const int MaxDepth = 100;

    /// <summary>Of the fields of one item that are kept, as they lie in memory.</summary>
    public const long MaxKeptBytes = 8 * 1024 * 1024;

    private const int NotSkipping = -1;
    private const int ScalarBytes = 64;
    private const int ContainerBytes = 256;
    private const string TooLong = "has a text that is too long in the fields that are read";

    private static readonly ManifestNode True = Plain("true");
    private static readonly ManifestNode False = Plain("false");
    private static readonly ManifestNode Null = Plain("null");

    private readonly Stack<Frame> _open = new();
    private int _skipDepth = NotSkipping;
    private bool _skipNext;
    private bool _textIsGone;
    private long _kept;
    private int _problemDepth;

    /// <summary>How many mappings and lists around the last node are still open; 0 when it was a whole text.</summary>
    public int Depth => _open.Count;

    /// <summary>Why the node under way, or that taken last, is not whole: the predicate of a sentence. Null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>What is known of the name of the object that is being read; null: nothing.</summary>
    public string? Name => _open.Select(frame => frame.Map?.GetValueOrDefault("metadata")?["name"]?.Text).FirstOrDefault(name => name is not null);

    /// <summary>The next text or property name was too long to be read, and is empty instead.</summary>
    public void LoseNextText() => _textIsGone = true;

    /// <summary>The node that was taken is done with, the next one starts without a problem, unless that is around it.</summary>
    public void Next()
    {
        _kept = 0;
        if (_problemDepth > Depth)
            Problem = null;
    }

    /// <summary>The node that this token completes, when it is a whole text or an item that is handed out; else null.</summary>
    public ManifestNode? Take(ref Utf8JsonReader reader)
    {
        var token = reader.TokenType;
        var textIsGone = _textIsGone;
        _textIsGone = false;
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
                if (owner.Below is not null && textIsGone)
                    Spoil(TooLong);
                else if (owner.Below is not null)
                    Charge(2L * name.Length);
                _skipNext = owner.Below is null || (Problem is not null && !owner.Below.HasIdentity);
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                var ended = _open.Pop();
                return Attach(new ManifestNode { Line = 0, Map = ended.Map, Items = ended.Items });
        }

        var isContainer = token is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (_skipNext || IsUnwantedItem() || (isContainer && IsTooDeep()))
        {
            _skipNext = false;
            if (isContainer)
                _skipDepth = reader.CurrentDepth;
            return null;
        }

        return isContainer ? Open(token == JsonTokenType.StartObject) : Keep(Scalar(ref reader), textIsGone);
    }

    private ManifestNode? Open(bool isMap)
    {
        _open.Push(new Frame(Below(), isMap));
        Charge(ContainerBytes);
        return null;
    }

    private ManifestNode? Keep(ManifestNode scalar, bool textIsGone)
    {
        if (textIsGone)
        {
            Spoil(TooLong);
            return null;
        }

        return Charge(ScalarBytes + (2L * scalar.Text!.Length)) || Below().HasIdentity ? Attach(scalar) : null;
    }

    private bool Charge(long bytes)
    {
        _kept += bytes;
        if (_kept > MaxKeptBytes)
            Spoil($"has more than {MaxKeptBytes} bytes in the fields that are read");
        return _kept <= MaxKeptBytes;
    }

    private void Spoil(string problem)
    {
        if (Problem is not null)
            return;
        Problem = problem;
        _problemDepth = Depth;
    }

    private bool IsUnwantedItem() => _open.TryPeek(out var list) && list is { Items: not null, Wanted.HandsOutItems: false } && (list.Wanted.IsPresence || Problem is not null);

    private bool IsTooDeep()
    {
        if (Depth < MaxDepth)
            return false;
        Spoil($"is nested deeper than {MaxDepth} levels in the fields that are read");
        return true;
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
