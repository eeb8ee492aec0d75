using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>Reads one entry of <c>registries.conf</c>, field by field, and collects what is wrong with it.</summary>
internal sealed class RegistryEntryReader(YamlNode entry, int number, List<RegistryProblem> problems, List<string> notes)
{
    private const int MaxRequestsPerSecond = 10_000;
    private const int ShownLength = 60;

    private static readonly string[] Fields =
    [
        "name", "prefix", "api_url", "ping", "credentials", "credsexpire", "insecure", "ca_file", "ca_data", "defaultns", "default", "limit",
        "tagsortmode", "realms", "push_times",
    ];

    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _malformed = new(StringComparer.Ordinal);
    private string _entry = $"number {number}";

    /// <summary>Null when the entry says nothing that could be used; problems have then been added.</summary>
    public RegistryEndpoint? Read()
    {
        var before = problems.Count;
        if (entry is not YamlMappingNode mapping)
        {
            problems.Add(new RegistryProblem((int)entry.Start.Line, _entry, "", "", "a registry is a list of fields, with at least name and prefix"));
            return null;
        }

        foreach (var (key, value) in mapping.Children)
            _values[key is YamlScalarNode { Value: { } name } ? name : $"{key}"] = value;
        if (Text("name") is { } named)
            _entry = named;
        else if (Text("prefix") is { } prefixed)
            _entry = prefixed;
        foreach (var (name, value) in _values)
        {
            if (!Fields.Contains(name))
                Add(name, $"{value}", $"the field is not known, allowed are {string.Join(", ", Fields)}");
        }

        if (Text("name") is null && !_malformed.Contains("name"))
            Add("name", "", "it is missing, every registry has a name");
        var endpoint = ReadFields();
        return problems.Count == before ? endpoint : null;
    }

    private RegistryEndpoint? ReadFields()
    {
        var url = ReadUrl();
        var isDefault = ReadSwitch("default");
        var prefix = ReadPrefix(url, ref isDefault);
        var credentials = Read<CredentialReference>("credentials", CredentialReference.TryParseForRegistry);
        var lifetime = ReadLifetime(credentials);
        var insecure = ReadSwitch("insecure");
        var authorities = string.Join('\n', ReadAuthorityFile(), ReadAuthorityData()).Trim();
        var namespaceText = ReadNamespace();
        var limit = ReadLimit();
        var realms = ReadRealms();
        var pushTimes = ReadPushTimes();
        NoteWithoutEffect();
        if (prefix is null)
            return null;
        var standard = RegistryEndpoint.Of(prefix.Split('/')[0]);
        var apiUrl = url ?? standard.ApiUrl;
        CheckCloud(credentials, prefix.Split('/')[0], apiUrl);
        return standard with
        {
            Name = _entry,
            Prefix = prefix,
            ApiUrl = apiUrl,
            Credentials = credentials,
            CredentialLifetime = lifetime,
            Insecure = insecure,
            CertificateAuthorities = insecure ? "" : authorities,
            DefaultNamespace = namespaceText ?? standard.DefaultNamespace,
            IsDefault = isDefault,
            Limits = limit is null or 0 ? RegistryEndpoint.DefaultLimits(apiUrl) : new HostLimits(RegistryEndpoint.DefaultConcurrency, limit.Value),
            Realms = realms,
            PushTimes = pushTimes ?? PushTimeApis.Of(apiUrl),
        };
    }

    /// <summary>An identity of a cloud is for the registries of that cloud, and what is asked for depends on their names.</summary>
    private void CheckCloud(CredentialReference? credentials, string registry, Uri url)
    {
        if (credentials is CredentialReference.OfCloud { Cloud: var cloud } && CloudRegistry.Find(url.Host, registry)?.Cloud != cloud)
            Add("credentials", $"{credentials}", $"{credentials} is for registries of that cloud alone, and neither prefix nor api_url is the name of one");
    }

    private Uri? ReadUrl()
    {
        if (Text("api_url") is not { } text)
            return null;
        if (Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0 && url.Host.Length > 0)
            return url;
        // What is wrong may be that it holds a password.
        Add("api_url", "", "it is not the URL of a registry: https://<host>[:<port>][/<path>], or http:// for one without TLS, without user, query and fragment");
        return null;
    }

    /// <summary>Image Updater takes an entry without prefix for the default registry.</summary>
    private string? ReadPrefix(Uri? url, ref bool isDefault)
    {
        var text = Text("prefix")?.TrimEnd('/');
        if (string.IsNullOrEmpty(text))
        {
            if (url is null && !_malformed.Contains("prefix"))
                Add("prefix", "", "it is missing, it says which images come from the registry, for example ghcr.io");
            if (url is null)
                return null;
            isDefault = true;
            text = url.Authority;
        }

        // Normal form by the grammar of image names: docker.io has other names too.
        if (RepositoryName.TryParse($"{text}/a/b", out var name, out _) && name.Path.EndsWith("a/b", StringComparison.Ordinal)
            && (name.Registry != RepositoryName.DefaultRegistry || text.Contains("docker", StringComparison.OrdinalIgnoreCase)))
            return name.ToString()[..^"/a/b".Length];
        Add("prefix", text, $"'{Shown(text)}' is not the beginning of image names: a registry such as ghcr.io or localhost:5000, and where wanted the first parts of the path");
        return null;
    }

    private int? ReadLimit()
    {
        if (Text("limit") is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit <= MaxRequestsPerSecond)
            return limit;
        Add("limit", text, $"'{Shown(text)}' is not a number of requests per second, allowed are 1 to {MaxRequestsPerSecond}, or 0 for the default");
        return null;
    }

    /// <summary>Null: what the host tells.</summary>
    private PushTimeApi? ReadPushTimes()
    {
        if (Text("push_times") is not { Length: > 0 } text)
            return null;
        if (PushTimeApis.TryParse(text, out var api))
            return api;
        Add("push_times", text, $"'{Shown(text)}' is not known, allowed are docker-hub, quay, harbor and none");
        return null;
    }

    private bool ReadSwitch(string field)
    {
        switch (Text(field)?.ToLowerInvariant())
        {
            case "true" or "yes" or "on" or "y":
                return true;
            case null or "" or "false" or "no" or "off" or "n":
                return false;
            default:
                Add(field, Text(field) ?? "", $"'{Shown(Text(field) ?? "")}' is neither true nor false");
                return false;
        }
    }

    private string? ReadNamespace()
    {
        if (Text("defaultns") is not { Length: > 0 } text)
            return null;
        if (RepositoryName.TryParse($"localhost/{text}/a", out _, out _))
            return text;
        Add("defaultns", text, $"'{Shown(text)}' is not the first part of repository names, for example library");
        return null;
    }

    private string ReadAuthorityFile()
    {
        if (Text("ca_file") is not { Length: > 0 } path)
            return "";
        try
        {
            return CheckAuthorities("ca_file", path, File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Add("ca_file", path, $"'{Shown(path)}' cannot be read: {(File.Exists(path) ? failure.Message.TrimEnd('.') : "there is no such file")}");
            return "";
        }
    }

    private string ReadAuthorityData() => Text("ca_data") is { Length: > 0 } data ? CheckAuthorities("ca_data", "", data) : "";

    private string CheckAuthorities(string field, string value, string pem)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            if (certificates.Count > 0)
                return pem;
        }
        catch (CryptographicException)
        {
        }

        Add(field, value, "it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----");
        return "";
    }

    private List<string> ReadRealms()
    {
        if (!_values.TryGetValue("realms", out var node))
            return [];
        var texts = node is YamlSequenceNode sequence ? sequence.Children.Select(child => (child as YamlScalarNode)?.Value ?? "") : (Text("realms") ?? "").Split(',');
        var realms = new List<string>();
        foreach (var text in texts.Select(text => text.Trim()))
        {
            var host = text.StartsWith("https://", StringComparison.Ordinal) ? text["https://".Length..].TrimEnd('/') : text;
            if (RepositoryName.TryParse($"{host}/a", out var name, out _) && name.Path == "a")
                realms.Add(name.Registry);
            else
                Add("realms", text, $"'{Shown(text)}' is not a host, allowed are hosts with or without port, for example auth.example.com");
        }

        return realms;
    }

    private void NoteWithoutEffect()
    {
        if (Text("tagsortmode") is { } mode)
        {
            notes.Add($"registry '{_entry}': tagsortmode has no effect, the order in which a registry lists tags does not matter here");
            if (mode is not ("" or "none" or "latest-first" or "latest-last"))
                Add("tagsortmode", mode, $"'{Shown(mode)}' is not known, allowed are none, latest-first and latest-last");
        }

        if (_values.ContainsKey("ping"))
        {
            ReadSwitch("ping");
            notes.Add($"registry '{_entry}': ping has no effect, a registry is asked for nothing but what is needed");
        }
    }

    /// <summary>Null: for one cycle.</summary>
    private TimeSpan? ReadLifetime(CredentialReference? credentials)
    {
        if (Text("credsexpire") is not { } text)
            return null;
        if (!CredentialLifetime.TryParse(text, out var lifetime))
            Add("credsexpire", text, $"'{Shown(text)}' is not a duration, for example 30m, 5h or 1h30m");
        if (credentials is CredentialReference.OfCloud)
            notes.Add($"registry '{_entry}': credsexpire has no effect on {credentials}, the cloud says how long a credential counts");
        if (credentials is CredentialReference.PullSecret or CredentialReference.SecretField or CredentialReference.EnvironmentVariable)
            notes.Add($"registry '{_entry}': credsexpire has no effect on {credentials}, secrets and variables are read anew in every cycle");
        return lifetime;
    }

    private T? Read<T>(string field, TryParse<T> parse)
        where T : class
    {
        if (Text(field) is not { Length: > 0 } text)
            return null;
        if (parse(text, out var value, out var problem))
            return value;
        Add(field, text, problem ?? "it cannot be read");
        return null;
    }

    private string? Text(string field)
    {
        if (!_values.TryGetValue(field, out var node))
            return null;
        if (node is YamlScalarNode scalar)
            return scalar.Value;
        if (field != "realms")
            Add(field, "", "it is a list or a mapping, a single value is wanted");
        _malformed.Add(field);
        _values.Remove(field);
        return null;
    }

    private void Add(string field, string value, string message)
    {
        var line = _values.TryGetValue(field, out var node) ? node.Start.Line : entry.Start.Line;
        problems.Add(new RegistryProblem((int)line, _entry, field, Shown(value), message));
    }

    private static string Shown(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "...";

    private delegate bool TryParse<T>(string text, out T? value, out string? problem);
}
