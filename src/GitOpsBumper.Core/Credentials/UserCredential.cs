using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GitOpsBumper.Core.Credentials;

/// <summary>What one presents to a server. The user name is empty when the password is a bearer or identity token.</summary>
public sealed record UserCredential(string Username, Secret Password)
{
    /// <summary>The user name of Google's registries whose password is the JSON of a service account's key.</summary>
    private const string JsonKeyUser = "_json_key";

    private const int MaxJsonKeyLength = 32 * 1024;

    private static readonly JsonSerializerOptions OneLineOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsToken => Username.Length == 0;

    /// <summary>
    /// Reads <c>user:password</c>, as secrets, variables and programs give it; a line end behind it does not count. It is one line, except the JSON of
    /// <c>_json_key:</c>, which is brought to one. The problem never shows the text.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out UserCredential? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var line = text.TrimEnd('\r', '\n');
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || colon == line.Length - 1)
            problem = "the credential is not <user>:<password>";
        else if (line.Any(char.IsControl) && line[..colon] == JsonKeyUser)
            problem = OneLine(line[(colon + 1)..], out line);
        else if (line.Any(char.IsControl))
            problem = "the credential has more than one line, or control characters; it is <user>:<password>";
        if (problem is not null)
            return false;
        value = new UserCredential(line[..colon], new Secret(line[(colon + 1)..]));
        return true;
    }

    /// <summary>The same JSON without line ends: in its texts they are escaped anyway.</summary>
    private static string? OneLine(string json, out string line)
    {
        line = "";
        try
        {
            using var document = JsonDocument.Parse(json.Length <= MaxJsonKeyLength ? json : "");
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                line = $"{JsonKeyUser}:{JsonSerializer.Serialize(document.RootElement, OneLineOptions)}";
                return null;
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
        }

        return $"the password of {JsonKeyUser} is not the JSON of a key";
    }
}
