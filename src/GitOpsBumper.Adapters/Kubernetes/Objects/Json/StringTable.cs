using System.Text;
using System.Text.Json;

namespace GitOpsBumper.Adapters.Kubernetes.Objects.Json;

/// <summary>
/// Makes equal short texts one string: keys, project names and repository URLs stand in thousands of objects. A new text replaces the one
/// in its slot, so that the table never grows and forgets what no longer occurs. For one reader at a time.
/// </summary>
internal sealed class StringTable
{
    private const int MaxBytes = 128;
    private const int Slots = 8192;
    private readonly string?[] _slots = new string?[Slots];

    /// <summary>The string or property name that the reader stands on.</summary>
    /// <exception cref="InvalidOperationException">It is no UTF-8, or escapes half of a surrogate pair.</exception>
    public string Read(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > MaxBytes)
            return reader.GetString()!;
        Span<char> buffer = stackalloc char[MaxBytes];
        if (!Encoding.UTF8.TryGetChars(reader.ValueSpan, buffer, out var length) || buffer[..length].Contains('\uFFFD'))
            return reader.GetString()!;
        var text = buffer[..length];
        ref var slot = ref _slots[string.GetHashCode(text, StringComparison.Ordinal) & (Slots - 1)];
        if (slot is null || !text.SequenceEqual(slot))
            slot = text.ToString();
        return slot;
    }
}
