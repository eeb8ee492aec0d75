using System.Text;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Selection.Re2;

/// <summary>
/// A replacement text as Go's <c>Regexp.Expand</c> reads it: <c>$name</c> takes as many letters, digits and underscores as there are, so that <c>$1x</c> is group <c>1x</c>;
/// <c>$$</c> is a dollar; a dollar that starts nothing stays.
/// </summary>
/// <seealso href="https://pkg.go.dev/regexp#Regexp.Expand"/>
internal sealed class ReplacementTemplate
{
    private readonly List<Part> _parts = [];

    public ReplacementTemplate(string text)
    {
        var literal = new StringBuilder();
        for (var position = 0; position < text.Length;)
        {
            if (text[position] != '$' || !TryReadReference(text, position, out var name, out var next))
            {
                literal.Append(text[position++]);
                if (text[position - 1] == '$' && position < text.Length && text[position] == '$')
                    position++;
                continue;
            }

            if (literal.Length > 0)
                _parts.Add(new Part(literal.ToString(), IsReference: false));
            literal.Clear();
            _parts.Add(new Part(name, IsReference: true));
            position = next;
        }

        if (literal.Length > 0)
            _parts.Add(new Part(literal.ToString(), IsReference: false));
    }

    /// <summary>The groups it names, by name or number.</summary>
    public IReadOnlyList<string> References => [.. _parts.Where(part => part.IsReference).Select(part => part.Text)];

    public static bool IsKnown(string reference, IReadOnlyList<string?> groups) => NumberOf(reference, groups) is not null;

    /// <summary>Groups that are unknown or took no part in the match are empty.</summary>
    public string Expand(Func<int, Group?> groupOf, IReadOnlyList<string?> groups, string wholeMatch)
    {
        if (_parts is [{ IsReference: true } only])
            return ValueOf(only.Text, groupOf, groups, wholeMatch);
        var result = new StringBuilder();
        foreach (var part in _parts)
            result.Append(part.IsReference ? ValueOf(part.Text, groupOf, groups, wholeMatch) : part.Text);
        return result.ToString();
    }

    private static string ValueOf(string reference, Func<int, Group?> groupOf, IReadOnlyList<string?> groups, string wholeMatch) => NumberOf(reference, groups) switch
    {
        null => "",
        0 => wholeMatch,
        { } number => groupOf(number)?.Value ?? "",
    };

    private static int? NumberOf(string reference, IReadOnlyList<string?> groups)
    {
        var isNumber = reference.All(char.IsAsciiDigit) && (reference.Length == 1 || reference[0] != '0');
        if (isNumber)
            return int.TryParse(reference, out var number) && number < Math.Max(groups.Count, 1) ? number : null;
        for (var i = 0; i < groups.Count; i++)
        {
            if (groups[i] == reference)
                return i;
        }

        return null;
    }

    private static bool TryReadReference(string text, int dollar, out string name, out int next)
    {
        var isBraced = dollar + 1 < text.Length && text[dollar + 1] == '{';
        var start = isBraced ? dollar + 2 : dollar + 1;
        var end = start;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        name = text[start..end];
        next = isBraced ? end + 1 : end;
        return name.Length > 0 && (!isBraced || (end < text.Length && text[end] == '}'));
    }

    private sealed record Part(string Text, bool IsReference);
}
