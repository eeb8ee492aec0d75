using System.Buffers;
using System.Text.Json;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Kubernetes.Objects.Json;

/// <summary>How much of an answer is read.</summary>
/// <param name="Subject">What is read, for messages: <c>the list of Applications</c>.</param>
/// <param name="MaxBytes">Of the whole answer.</param>
internal sealed record JsonBounds(string Subject, long MaxBytes)
{
    /// <summary>Go reads and writes 10,000 levels of an object; a list is around it.</summary>
    public const int MaxDepth = 10_010;

    /// <summary>Of one text; nothing longer is held.</summary>
    public const int MaxTextBytes = 4 * 1024 * 1024;

    /// <summary>Of one item of a list, or one event. Little of it is kept, so this only ends what never ends.</summary>
    public const long DefaultMaxItemBytes = 256 * 1024 * 1024;

    public long MaxItemBytes { get; init; } = DefaultMaxItemBytes;
}

/// <summary>
/// Reads JSON piece by piece from a stream. Neither the answer nor one of its items is ever held as bytes, at most one text of it is. What
/// nobody reads may be as large and as deep as it likes; an item of which too much would be read has a <see cref="Problem"/>.
/// </summary>
/// <param name="many">Whether texts follow one another until the stream ends; else there is exactly one.</param>
internal sealed class JsonNodeReader(Stream body, WantedFields wanted, StringTable strings, JsonBounds bounds, bool many) : IDisposable
{
    private const int FirstBuffer = 32 * 1024;
    private const int LongText = 64 * 1024;

    private static readonly SearchValues<byte> BetweenTokens = SearchValues.Create(" \n\r\t,:"u8);

    private readonly JsonNodeBuilder _builder = new(wanted, strings);
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = JsonBounds.MaxDepth, AllowMultipleValues = many });
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _start;
    private int _end;
    private bool _ended;
    private long _consumed;
    private long _itemStart;

    /// <summary>Whether the node read last was a whole text, not an item that was handed out.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why only the identity of the node read last is there: the predicate of a sentence; null when all of it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>That have come so far.</summary>
    public long Bytes => _consumed + _end - _start;

    /// <summary>The next item or whole text; null after the end, which has to be waited for: a text that was cut off shows there.</summary>
    /// <exception cref="KubernetesException">It is no JSON, was cut off, or is larger or deeper than any answer.</exception>
    public async ValueTask<ManifestNode?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (many && _ended && IsBlank())
                return _builder.Depth == 0 ? null : throw CutOff(null);
            if (Advance() is { } node)
            {
                CheckItem(_consumed);
                _itemStart = _consumed;
                IsWhole = _builder.Depth == 0;
                Problem = _builder.Problem;
                _builder.Next();
                return node;
            }

            if (_ended)
                return null;
            CheckItem(Bytes);
            if (_end - _start > JsonBounds.MaxTextBytes)
                await LoseTextAsync(cancellationToken);
            else
                await FillTextAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
        _start = _end = 0;
    }

    private ManifestNode? Advance()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _ended, _state);
        ManifestNode? node = null;
        try
        {
            while (node is null && reader.Read())
                node = _builder.Take(ref reader);
        }
        catch (JsonException failure)
        {
            // What there is was read before without complaint, when more could still come: at the end only the end itself can be wrong.
            throw _ended ? CutOff(failure) : NotJson(_consumed + reader.BytesConsumed, failure);
        }
        catch (InvalidOperationException failure)
        {
            throw NotJson(_consumed + reader.BytesConsumed, failure);
        }

        _state = reader.CurrentState;
        _start += (int)reader.BytesConsumed;
        _consumed += reader.BytesConsumed;
        return node;
    }

    /// <summary>Passes over a text that is longer than any that is read, piece by piece, and leaves an empty one in its place.</summary>
    private async ValueTask LoseTextAsync(CancellationToken cancellationToken)
    {
        var before = _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept(BetweenTokens) + 1;
        if (before == 0 || _buffer[_start + before - 1] != '"')
            throw NotJson(_consumed, null);
        var escaped = false;
        int rest;
        while ((rest = EndOfText(_buffer.AsSpan(_start + before, _end - _start - before), ref escaped)) < 0)
        {
            Lose(before, _end - _start - before);
            CheckItem(Bytes);
            await FillAsync(cancellationToken);
            if (_ended)
                throw CutOff(null);
        }

        Lose(before, rest);
        _builder.LoseNextText();
    }

    private void Lose(int offset, int count)
    {
        var from = _start + offset;
        _buffer.AsSpan(from + count, _end - from - count).CopyTo(_buffer.AsSpan(from));
        _end -= count;
        _consumed += count;
    }

    /// <returns>Where the quotation mark stands that ends the text; negative when it does not end here.</returns>
    private static int EndOfText(ReadOnlySpan<byte> text, ref bool escaped)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (escaped)
            {
                escaped = false;
                continue;
            }

            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return next;
            at += next;
            if (text[at] == '"')
                return at;
            escaped = true;
        }

        return -1;
    }

    /// <summary>A long text that has begun is looked at again when it may be at its end, not with every piece of it.</summary>
    private async ValueTask FillTextAsync(CancellationToken cancellationToken)
    {
        int known;
        do
        {
            known = _end - _start;
            await FillAsync(cancellationToken);
        }
        while (known > LongText && _end - _start <= JsonBounds.MaxTextBytes && !_ended && !_buffer.AsSpan(_start + known, _end - _start - known).Contains((byte)'"'));
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        int read;
        try
        {
            read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw CutOff(failure);
        }

        _end += read;
        _ended = read == 0;
        if (_consumed + _end > bounds.MaxBytes)
            throw Failure($"{bounds.Subject} has more than {bounds.MaxBytes} bytes and is not read", isTransient: false, null);
    }

    private bool IsBlank() => !_buffer.AsSpan(_start, _end - _start).ContainsAnyExcept(" \n\r\t"u8);

    private void CheckItem(long upTo)
    {
        if (upTo - _itemStart > bounds.MaxItemBytes)
        {
            var name = _builder.Name is { } known ? $" ('{known}')" : "";
            throw Failure($"{bounds.Subject} has an item of more than {bounds.MaxItemBytes} bytes{name} and is not read", isTransient: false, null);
        }
    }

    private KubernetesException CutOff(Exception? cause) =>
        Failure($"{bounds.Subject} was cut off after {Bytes} bytes", isTransient: true, cause);

    private KubernetesException NotJson(long position, Exception? cause) =>
        Failure($"{bounds.Subject} is no JSON that can be read: byte {position} does not fit", isTransient: false, cause);

    private static KubernetesException Failure(string message, bool isTransient, Exception? cause) => MalformedAnswer.Because(message, isTransient, cause);
}
