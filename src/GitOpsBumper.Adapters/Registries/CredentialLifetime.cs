using System.Text.RegularExpressions;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>The grammar of <c>credsexpire</c>: a duration as Go writes it.</summary>
/// <seealso href="https://pkg.go.dev/time#ParseDuration"/>
internal static partial class CredentialLifetime
{
    public static bool IsValid(string text) => text == "0" || (text.Length <= 40 && Grammar().IsMatch(text));

    [GeneratedRegex(@"\A(?:[0-9]+(?:\.[0-9]+)?(?:ms|us|ns|h|m|s))+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
