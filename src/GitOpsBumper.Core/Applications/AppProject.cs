using System.Text;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Applications;

/// <summary>An Argo CD project.</summary>
/// <param name="Name">Of the project.</param>
/// <param name="SourceRepositories">Globs of the repositories that its Applications may use; those with <c>!</c> before them forbid.</param>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/projects/#managing-projects"/>
public sealed record AppProject(NamespacedName Name, IReadOnlyList<string> SourceRepositories)
{
    /// <summary>Whether Applications of the project may use a repository: some pattern allows it, and none forbids it.</summary>
    public bool Permits(string repositoryUrl)
    {
        var url = Normalise(repositoryUrl);
        return SourceRepositories.Any(pattern => !IsDenial(pattern) && Matches(pattern, url))
            && !SourceRepositories.Any(pattern => IsDenial(pattern) && Matches(pattern[1..], url));
    }

    private static bool IsDenial(string pattern) => pattern.StartsWith('!');

    private static bool Matches(string pattern, string url)
    {
        if (pattern == "*")
            return true;
        try
        {
            return new Regex(Translate(Normalise(pattern)), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch(url);
        }
        catch (ArgumentException)
        {
            // What is no pattern matches nothing.
            return false;
        }
    }

    /// <summary>Case, a slash at the end and <c>.git</c> make no difference.</summary>
    private static string Normalise(string url)
    {
        var text = url.Trim().TrimEnd('/').ToLowerInvariant();
        return text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;
    }

    /// <summary><c>*</c> and <c>?</c> stay within a part of the path, <c>**</c> does not; <c>{a,b}</c> and <c>[a-z]</c> as usual.</summary>
    private static string Translate(string pattern)
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
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
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
