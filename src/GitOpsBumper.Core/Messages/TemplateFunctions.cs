using System.Collections;
using System.Globalization;
using System.Text;

namespace GitOpsBumper.Core.Messages;

/// <summary>The functions of the subset, with the meaning they have in Go.</summary>
/// <seealso href="https://pkg.go.dev/text/template#hdr-Functions"/>
internal static class TemplateFunctions
{
    private static readonly string[] All = ["and", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "or", "print", "printf", "println"];

    public static string Names { get; } = string.Join(", ", All);

    public static bool IsKnown(string name) => All.Contains(name, StringComparer.Ordinal);

    /// <summary>What <c>if</c> takes for true: not false, not zero, not empty.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool truth => truth,
        string text => text.Length > 0,
        long number => number != 0,
        IReadOnlyDictionary<string, object?> map => map.Count > 0,
        ICollection items => items.Count > 0,
        _ => true,
    };

    public static string Show(object? value) => value switch
    {
        null => "<no value>",
        bool truth => truth ? "true" : "false",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IReadOnlyDictionary<string, object?> map => $"map[{string.Join(' ', map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}:{Show(entry.Value)}"))}]",
        IEnumerable items => $"[{string.Join(' ', items.Cast<object?>().Select(Show))}]",
        _ => value.ToString() ?? "",
    };

    /// <summary><c>and</c> and <c>or</c> are not here: they do not evaluate what they do not need.</summary>
    public static object? Call(string name, IReadOnlyList<object?> arguments, int offset) => name switch
    {
        "not" => !IsTrue(Exactly(1, name, arguments, offset)[0]),
        "len" => Length(Exactly(1, name, arguments, offset)[0], offset),
        "eq" => AtLeast(2, name, arguments, offset).Skip(1).Any(other => AreEqual(arguments[0], other, offset)),
        "ne" => !AreEqual(Exactly(2, name, arguments, offset)[0], arguments[1], offset),
        "lt" => Compare(Exactly(2, name, arguments, offset), offset) < 0,
        "le" => Compare(Exactly(2, name, arguments, offset), offset) <= 0,
        "gt" => Compare(Exactly(2, name, arguments, offset), offset) > 0,
        "ge" => Compare(Exactly(2, name, arguments, offset), offset) >= 0,
        "index" => Index(AtLeast(1, name, arguments, offset), offset),
        "print" => Print(arguments, isLine: false, offset),
        "println" => Print(arguments, isLine: true, offset),
        "printf" => TemplateFormat.Format(AtLeast(1, name, arguments, offset), offset),
        _ => throw new TemplateException(offset, $"function '{name}' is not known"),
    };

    private static IReadOnlyList<object?> Exactly(int count, string name, IReadOnlyList<object?> arguments, int offset) =>
        arguments.Count == count ? arguments : throw new TemplateException(offset, $"'{name}' takes {count} arguments, not {arguments.Count}");

    private static IReadOnlyList<object?> AtLeast(int count, string name, IReadOnlyList<object?> arguments, int offset) =>
        arguments.Count >= count ? arguments : throw new TemplateException(offset, $"'{name}' takes at least {count} arguments, not {arguments.Count}");

    private static long Length(object? value, int offset) => value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        IReadOnlyDictionary<string, object?> map => map.Count,
        ICollection items => items.Count,
        _ => throw new TemplateException(offset, $"'len' takes a text, a list or a map, not {Show(value)}"),
    };

    private static bool AreEqual(object? left, object? right, int offset) =>
        left is null || right is null || left.GetType() == right.GetType()
            ? Equals(left, right)
            : throw new TemplateException(offset, $"{Show(left)} and {Show(right)} cannot be compared: they are of different kinds");

    private static int Compare(IReadOnlyList<object?> pair, int offset) => (pair[0], pair[1]) switch
    {
        (long left, long right) => left.CompareTo(right),
        (string left, string right) => string.CompareOrdinal(left, right),
        _ => throw new TemplateException(offset, $"{Show(pair[0])} and {Show(pair[1])} have no order"),
    };

    private static object? Index(IReadOnlyList<object?> arguments, int offset)
    {
        var value = arguments[0];
        foreach (var key in arguments.Skip(1))
        {
            value = (value, key) switch
            {
                // As in Go, a key that a map of texts lacks is an empty text.
                (IReadOnlyDictionary<string, object?> map, string name) => map.GetValueOrDefault(name, ""),
                (IList list, long at) when at >= 0 && at < list.Count => list[(int)at],
                (IList list, long at) => throw new TemplateException(offset, $"index {at} is outside of a list of {list.Count}"),
                _ => throw new TemplateException(offset, $"{Show(value)} has no index {Show(key)}"),
            };
        }

        return value;
    }

    /// <summary>As Go's Sprint and Sprintln: the first has blanks between two values only if neither is a text.</summary>
    private static string Print(IReadOnlyList<object?> arguments, bool isLine, int offset)
    {
        var text = new BoundedText(offset);
        for (var index = 0; index < arguments.Count; index++)
        {
            if (index > 0 && (isLine || (arguments[index - 1] is not string && arguments[index] is not string)))
                text.Append(" ");
            text.Append(Show(arguments[index]));
        }

        if (isLine)
            text.Append("\n");
        return text.ToString();
    }
}

/// <summary>A text that a function makes: no longer than what the whole template may print.</summary>
/// <param name="offset">Of the function.</param>
internal sealed class BoundedText(int offset)
{
    private readonly StringBuilder _text = new();

    public void Append(string part)
    {
        if (_text.Length + part.Length > GoTemplate.MaxOutput)
            throw new TemplateException(offset, $"a text of more than {GoTemplate.MaxOutput} characters");
        _text.Append(part);
    }

    public override string ToString() => _text.ToString();
}
