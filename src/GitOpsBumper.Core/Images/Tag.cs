using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Images;

/// <summary>
/// A tag of a repository: at most 128 characters of <c>[A-Za-z0-9_.-]</c>, the first one neither dot nor dash.
/// Compared ordinally, as registries do.
/// </summary>
/// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests"/>
public sealed record Tag : IComparable<Tag>
{
    public const int MaxLength = 128;

    private Tag(string text) => Text = text;

    public string Text { get; }

    /// <summary>The tag that a reference without tag and digest means.</summary>
    public static Tag Latest { get; } = new("latest");

    public static bool TryParse(string text, [NotNullWhen(true)] out Tag? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = Check(text);
        if (problem is not null)
            return false;
        value = new Tag(text);
        return true;
    }

    public int CompareTo(Tag? other) => string.CompareOrdinal(Text, other?.Text);

    public override string ToString() => Text;

    public static bool operator <(Tag left, Tag right) => left.CompareTo(right) < 0;

    public static bool operator >(Tag left, Tag right) => left.CompareTo(right) > 0;

    public static bool operator <=(Tag left, Tag right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Tag left, Tag right) => left.CompareTo(right) >= 0;

    private static string? Check(string text)
    {
        if (text.Length == 0)
            return "the tag is empty";
        if (text.Length > MaxLength)
            return $"tag '{text[..20]}...' has {text.Length} characters, a tag has at most {MaxLength}";
        if (text[0] is '.' or '-')
            return $"tag '{text}' starts with '{text[0]}', a tag starts with a letter, a digit or '_'";
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
                return $"tag '{text}' contains '{c}', allowed are letters, digits, '_', '.' and '-'";
        }

        return null;
    }
}
