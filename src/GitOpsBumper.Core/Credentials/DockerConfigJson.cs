using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Credentials;

/// <summary>
/// The credentials of a docker configuration: <c>config.json</c>, as secrets of type <c>kubernetes.io/dockerconfigjson</c> hold it, or the older <c>.dockercfg</c>.
/// </summary>
/// <seealso href="https://kubernetes.io/docs/concepts/containers/images/#config-json"/>
public sealed class DockerConfigJson
{
    /// <summary>In characters; Kubernetes allows a secret 1 MiB.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxDepth = 16;

    private readonly List<DockerConfigEntry> _entries = [];
    private readonly List<string> _problems = [];

    private DockerConfigJson()
    {
    }

    /// <summary>Entries that could not be read, each a sentence that names the entry; they match nothing. No secret is in them.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public static bool TryParse(string json, [NotNullWhen(true)] out DockerConfigJson? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        if (json.Length > MaxLength)
        {
            problem = $"the docker configuration has {json.Length} characters, at most {MaxLength} are allowed";
            return false;
        }

        var config = new DockerConfigJson();
        try
        {
            using var document = JsonDocument.Parse(json.Trim('\uFEFF', '\0'), new JsonDocumentOptions { MaxDepth = MaxDepth });
            problem = config.Read(document.RootElement);
        }
        catch (JsonException e)
        {
            // Its message may quote the text, so only the place is taken.
            problem = $"the docker configuration is not JSON: line {e.LineNumber + 1} cannot be read";
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            problem = "the docker configuration is not JSON: it has characters that are not Unicode";
        }

        value = problem is null ? config : null;
        return problem is null;
    }

    /// <summary>The entry whose host is the repository's registry and whose path, if any, is the longest beginning of the repository's; null when there is none.</summary>
    public UserCredential? Find(RepositoryName repository) => DockerConfigEntry.Find(_entries, repository);

    /// <summary>What <c>auths</c> of a machine's configuration holds. Entries without anything in them are usual there: a program keeps the rest.</summary>
    internal static DockerConfigJson OfMachine(JsonElement auths)
    {
        var config = new DockerConfigJson();
        foreach (var property in auths.EnumerateObject().Where(property => IsEntry(property.Value)))
            config.ReadEntry(property);
        return config;
    }

    private string? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return "the docker configuration is not a JSON object with 'auths'";
        var auths = root;
        if (root.TryGetProperty("auths", out var named))
            auths = named;
        else if (!root.EnumerateObject().All(property => IsEntry(property.Value)))
            return "the docker configuration has no 'auths'";
        if (auths.ValueKind != JsonValueKind.Object)
            return "'auths' of the docker configuration is not an object";
        foreach (var property in auths.EnumerateObject())
            ReadEntry(property);
        return null;
    }

    private static bool IsEntry(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.EnumerateObject().Any(property => property.Name is "auth" or "username" or "password" or "identitytoken" or "registrytoken");

    private void ReadEntry(JsonProperty property)
    {
        if (!DockerConfigKey.TryParse(property.Name, out var key))
        {
            // A user name in it may be one with a password.
            _problems.Add($"entry {(property.Name.Contains('@', StringComparison.Ordinal) ? "with '@'" : $"'{Shortened.Text(property.Name)}'")} of the docker configuration is not named like a registry, for example ghcr.io or ghcr.io/team");
            return;
        }

        var name = Shortened.Text(property.Name);
        if (property.Value.ValueKind != JsonValueKind.Object)
        {
            _problems.Add($"entry '{name}' of the docker configuration is not an object with 'auth' or 'username' and 'password'");
            return;
        }

        var token = TextOf(property.Value, "identitytoken") ?? TextOf(property.Value, "registrytoken");
        var auth = TextOf(property.Value, "auth");
        UserCredential? credential = null;
        if (token is not null)
            credential = new UserCredential("", new Secret(token));
        else if (auth is not null)
            credential = Decode(auth);
        else if (TextOf(property.Value, "username") is { } user && TextOf(property.Value, "password") is { } password)
            credential = new UserCredential(user, new Secret(password));
        if (credential is null)
        {
            _problems.Add(auth is null
                ? $"entry '{name}' of the docker configuration has neither 'auth', 'username' and 'password', nor a token"
                : $"'auth' of entry '{name}' of the docker configuration is not <user>:<password> in base64");
            return;
        }

        _entries.Add(new DockerConfigEntry(key, credential));
    }

    /// <summary>Null when it is missing, empty or no text.</summary>
    private static string? TextOf(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static UserCredential? Decode(string auth)
    {
        var text = auth.Trim().TrimEnd('=');
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        if (!Base64.IsValid(padded))
            return null;

        // Old clients fill the end with zeros.
        var decoded = Encoding.UTF8.GetString(Convert.FromBase64String(padded)).TrimEnd('\0');
        return UserCredential.TryParse(decoded, out var credential, out _) ? credential : null;
    }
}
