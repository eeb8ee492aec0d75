using System.Globalization;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Adapters.Registries;

/// <summary><c>credsexpire</c>: a duration as Go writes it.</summary>
/// <seealso href="https://pkg.go.dev/time#ParseDuration"/>
internal static partial class CredentialLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <param name="text">As written.</param>
    /// <param name="lifetime">Null for 0, which sets none; ten years at most.</param>
    public static bool TryParse(string text, out TimeSpan? lifetime)
    {
        lifetime = null;
        if (text == "0")
            return true;
        if (text.Length > 40 || !Grammar().IsMatch(text))
            return false;
        var seconds = Part().Matches(text).Sum(part => double.Parse(part.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * part.Groups["unit"].Value switch
        {
            "ns" => 1e-9,
            "us" => 1e-6,
            "ms" => 1e-3,
            "s" => 1,
            "m" => 60,
            _ => 3600,
        });
        if (seconds > 0)
            lifetime = seconds < Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Longest;
        return true;
    }

    [GeneratedRegex(@"\A(?:[0-9]+(?:\.[0-9]+)?(?:ms|us|ns|h|m|s))+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"(?<number>[0-9]+(?:\.[0-9]+)?)(?<unit>ms|us|ns|h|m|s)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Part();
}
