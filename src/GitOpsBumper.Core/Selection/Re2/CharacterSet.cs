using System.Globalization;
using System.Text;

namespace GitOpsBumper.Core.Selection.Re2;

/// <summary>What a class such as <c>[a-z\d]</c> matches, collected in parts and written so that .NET sees neither its subtraction nor its Unicode <c>\d</c>.</summary>
internal sealed class CharacterSet
{
    private readonly StringBuilder _members = new();

    public void Add(char first, char last)
    {
        _members.Append(Escape(first));
        if (last > first)
            _members.Append('-').Append(Escape(last));
    }

    /// <summary>Pairs of first and last characters in ascending order: <c>09AZaz</c>.</summary>
    public void AddRanges(string pairs, bool isNegated)
    {
        var next = '\0';
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (!isNegated)
                Add(pairs[i], pairs[i + 1]);
            else if (pairs[i] > next)
                Add(next, (char)(pairs[i] - 1));
            next = (char)(pairs[i + 1] + 1);
        }

        if (isNegated)
            Add(next, char.MaxValue);
    }

    /// <summary>A Unicode category such as <c>Lu</c>, which both write alike.</summary>
    public void AddCategory(string category, bool isNegated) => _members.Append(isNegated ? @"\P{" : @"\p{").Append(category).Append('}');

    public string Write(bool isNegated) => $"[{(isNegated ? "^" : "")}{_members}]";

    public static string Escape(char c) => char.IsAsciiLetterOrDigit(c) ? c.ToString() : @"\u" + ((int)c).ToString("X4", CultureInfo.InvariantCulture);

    /// <summary>The ranges of <c>\d</c>, <c>\s</c> and <c>\w</c>, which are ASCII in RE2; null for another letter. <c>\s</c> has no vertical tab.</summary>
    public static string? RangesOfPerl(char letter) => letter switch
    {
        'd' => "09",
        's' => "\t\n\f\r  ",
        'w' => "09AZ__az",
        _ => null,
    };

    /// <summary>Null for an unknown name.</summary>
    public static string? RangesOfPosix(string name) => name switch
    {
        "alnum" => "09AZaz",
        "alpha" => "AZaz",
        "ascii" => "\0\x7f",
        "blank" => "\t\t  ",
        "cntrl" => "\0\x1f\x7f\x7f",
        "digit" => "09",
        "graph" => "!~",
        "lower" => "az",
        "print" => " ~",
        "punct" => "!/:@[`{~",
        "space" => "\t\r  ",
        "upper" => "AZ",
        "word" => "09AZ__az",
        "xdigit" => "09AFaf",
        _ => null,
    };

    public static bool IsCategory(string name) => name is "C" or "Cc" or "Cf" or "Co" or "Cs" or "L" or "Ll" or "Lm" or "Lo" or "Lt" or "Lu" or "M" or "Mc" or "Me" or "Mn"
        or "N" or "Nd" or "Nl" or "No" or "P" or "Pc" or "Pd" or "Pe" or "Pf" or "Pi" or "Po" or "Ps" or "S" or "Sc" or "Sk" or "Sm" or "So" or "Z" or "Zl" or "Zp" or "Zs";
}
