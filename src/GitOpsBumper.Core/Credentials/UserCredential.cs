using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Credentials;

/// <summary>What one presents to a server. The user name is empty when the password is a bearer or identity token.</summary>
public sealed record UserCredential(string Username, Secret Password)
{
    public bool IsToken => Username.Length == 0;

    /// <summary>Reads <c>user:password</c>, as secrets, variables and programs give it; a line end behind it does not count. The problem never shows the text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out UserCredential? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var line = text.TrimEnd('\r', '\n');
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || colon == line.Length - 1)
            problem = "the credential is not <user>:<password>";
        else if (line.Any(char.IsControl))
            problem = "the credential has more than one line, or control characters; it is <user>:<password>";
        if (problem is not null)
            return false;
        value = new UserCredential(line[..colon], new Secret(line[(colon + 1)..]));
        return true;
    }
}
