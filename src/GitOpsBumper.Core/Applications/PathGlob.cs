using System.Text;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Applications;

/// <summary>
/// Patterns of paths and URLs as Argo CD has them: <c>*</c> and <c>?</c> stay within a part of the path, <c>**</c> does not; <c>{a,b}</c> and
/// <c>[a-z]</c> as usual. The whole text must match. Takes time in proportion to the text, whatever the pattern.
/// </summary>
public static class PathGlob
{
    /// <param name="pattern">Of the whole text.</param>
    /// <param name="text">To be matched.</param>
    /// <param name="crossesParts">Whether <c>*</c> and <c>?</c> mean slashes too, as in patterns that are not of paths.</param>
    /// <returns>False also for what is no pattern: it matches nothing.</returns>
    public static bool Matches(string pattern, string text, bool crossesParts = false) => Matcher(pattern, crossesParts)(text);

    /// <summary>For many texts; as <see cref="Matches"/>.</summary>
    public static Func<string, bool> Matcher(string pattern, bool crossesParts = false)
    {
        try
        {
            var regex = new Regex(Translate(pattern, crossesParts), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return regex.IsMatch;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return static _ => false;
        }
    }

    private static string Translate(string pattern, bool crossesParts)
    {
        var regex = new StringBuilder(@"\A");
        var braces = 0;
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '*' when at + 1 < pattern.Length && pattern[at + 1] == '*':
                    regex.Append(".*");
                    at++;
                    break;
                case '*':
                    regex.Append(crossesParts ? ".*" : "[^/]*");
                    break;
                case '?':
                    regex.Append(crossesParts ? "." : "[^/]");
                    break;
                case '[' when pattern.IndexOf(']', at) is var end and > 0:
                    var negated = pattern[at + 1] is '!' or '^';
                    regex.Append(negated ? "[^" : "[").Append(pattern[(at + (negated ? 2 : 1))..end].Replace("\\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal)).Append(']');
                    at = end;
                    break;
                case '{':
                    regex.Append("(?:");
                    braces++;
                    break;
                case '}' when braces > 0:
                    regex.Append(')');
                    braces--;
                    break;
                case ',' when braces > 0:
                    regex.Append('|');
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[at].ToString()));
                    break;
            }
        }

        return regex.Append(@"\z").ToString();
    }
}
