using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Yaml;

/// <summary>Writes a string so that YAML 1.1 and YAML 1.2 both read back that string, never a number, boolean, null or date.</summary>
/// <seealso href="https://yaml.org/type/"/>
public static partial class YamlQuoting
{
    /// <param name="value">Any string.</param>
    /// <param name="form">Of the scalar it replaces; kept where it can hold the value.</param>
    public static string Write(string value, ScalarForm form = ScalarForm.Plain) => form switch
    {
        ScalarForm.Plain when IsPlainString(value) => value,
        ScalarForm.SingleQuoted when !value.Any(c => char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' or '\uFEFF') => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => DoubleQuoted(value),
    };

    private static bool IsPlainString(string value) => PlainWord().IsMatch(value) ? !Reserved().IsMatch(value) : DottedVersion().IsMatch(value);

    private static string DoubleQuoted(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c == '\n')
                text.Append("\\n");
            else if (c == '\t')
                text.Append("\\t");
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF')
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                text.Append(c);
        }

        return text.Append('"').ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z](?:[A-Za-z0-9_./@+=-]|:[A-Za-z0-9])*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"\A(?:y|n|yes|no|on|off|true|false|null)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Reserved();

    /// <summary>Two dots and more: no schema takes that for a number.</summary>
    [GeneratedRegex(@"\A[0-9]+(?:\.[0-9]+){2,}(?:[-_.+][A-Za-z0-9_.+-]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DottedVersion();
}
