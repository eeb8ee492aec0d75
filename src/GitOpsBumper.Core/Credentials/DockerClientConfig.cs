using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Credentials;

/// <summary>The <c>config.json</c> of a machine's docker client: credentials, and which program keeps those of which registry.</summary>
/// <seealso href="https://docs.docker.com/reference/cli/docker/login/#credential-stores"/>
public sealed class DockerClientConfig
{
    /// <summary>What Docker Hub is called where credentials are kept.</summary>
    public const string DockerHubServer = "https://index.docker.io/v1/";

    private const int MaxDepth = 32;

    private readonly List<KeyValuePair<DockerConfigKey, string>> _helpers = [];
    private readonly List<string> _problems = [];
    private DockerConfigJson? _credentials;
    private string? _store;

    private DockerClientConfig()
    {
    }

    /// <summary>Parts that could not be read, each a sentence; they match nothing. No secret is in them.</summary>
    public IReadOnlyList<string> Problems => [.. _problems, .. _credentials?.Problems ?? []];

    public static bool TryParse(string json, [NotNullWhen(true)] out DockerClientConfig? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        if (json.Length > DockerConfigJson.MaxLength)
        {
            problem = $"it has {json.Length} characters, at most {DockerConfigJson.MaxLength} are allowed";
            return false;
        }

        var config = new DockerClientConfig();
        try
        {
            using var document = JsonDocument.Parse(json.Trim('\uFEFF', '\0'), new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                config.Read(document.RootElement);
            else
                problem = "it is not a JSON object";
        }
        catch (JsonException e)
        {
            problem = $"it is not JSON: line {e.LineNumber + 1} cannot be read";
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            problem = "it is not JSON: it has characters that are not Unicode";
        }

        value = problem is null ? config : null;
        return problem is null;
    }

    /// <summary>The credential that stands in the file itself; null when there is none.</summary>
    public UserCredential? Find(RepositoryName repository) => _credentials?.Find(repository);

    /// <summary>The program that keeps the credentials of the registry, <c>ecr-login</c> for <c>docker-credential-ecr-login</c>; null: none does.</summary>
    /// <param name="repository">On the registry.</param>
    /// <param name="isForAll">It is the store for every registry, rather than one that is named for this one.</param>
    public string? HelperFor(RepositoryName repository, out bool isForAll)
    {
        var named = _helpers.Where(helper => helper.Key.Covers(repository)).OrderByDescending(helper => helper.Key.Path.Length).Select(helper => helper.Value).FirstOrDefault();
        isForAll = named is null;
        return named ?? _store;
    }

    /// <summary>What the program is asked for.</summary>
    public static string ServerOf(RepositoryName repository) => repository.Registry == RepositoryName.DefaultRegistry ? DockerHubServer : repository.Registry;

    private void Read(JsonElement root)
    {
        if (root.TryGetProperty("auths", out var auths) && auths.ValueKind == JsonValueKind.Object)
            _credentials = DockerConfigJson.OfMachine(auths);
        else if (auths.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            _problems.Add("'auths' is not an object");
        if (root.TryGetProperty("credsStore", out var store) && ProgramOf(store, "credsStore") is { } program)
            _store = program;
        if (!root.TryGetProperty("credHelpers", out var helpers) || helpers.ValueKind == JsonValueKind.Null)
            return;
        if (helpers.ValueKind != JsonValueKind.Object)
        {
            _problems.Add("'credHelpers' is not an object");
            return;
        }

        foreach (var helper in helpers.EnumerateObject())
        {
            if (!DockerConfigKey.TryParse(helper.Name, out var key))
                _problems.Add($"'credHelpers' has '{Shortened.Text(helper.Name)}', which is not the name of a registry");
            else if (ProgramOf(helper.Value, $"credHelpers of {Shortened.Text(helper.Name)}") is { } name)
                _helpers.Add(new(key, name));
        }
    }

    /// <summary>Null when it is empty, or a problem: it becomes part of a program's name, so it must not hold a path.</summary>
    private string? ProgramOf(JsonElement value, string where)
    {
        var name = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (name.Length == 0 && value.ValueKind is JsonValueKind.String or JsonValueKind.Null)
            return null;
        if (name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            return name;
        _problems.Add($"'{where}' is not the name of a credential helper: allowed are lower-case letters, digits and hyphens, as desktop for docker-credential-desktop");
        return null;
    }
}
