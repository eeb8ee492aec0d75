using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Credentials;

/// <summary>Which repositories a key of a docker configuration is for: a registry, or the beginning of a path on it; the registry may have <c>*</c>.</summary>
/// <seealso href="https://kubernetes.io/docs/concepts/containers/images/#config-json"/>
internal sealed record DockerConfigKey(string Host, string Path)
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    /// <summary>An entry that names the registry itself wins over a pattern of it.</summary>
    public bool IsPattern => !Host.StartsWith('[') && Host.IndexOfAny(Wildcards) >= 0;

    /// <param name="key">As it is written: with or without scheme, with or without the path of the API.</param>
    /// <param name="value">In normal form.</param>
    /// <returns>False for what is no address of a registry.</returns>
    public static bool TryParse(string key, [NotNullWhen(true)] out DockerConfigKey? value)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var address = scheme < 0 ? key : key[(scheme + 3)..];
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        var host = (slash < 0 ? address : address[..slash]).ToLowerInvariant();
        var path = slash < 0 ? "" : address[(slash + 1)..].Trim('/');
        value = null;
        if (host.Length == 0 || host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '@'))
            return false;

        // Keys such as https://index.docker.io/v1/ name the API, not a folder of repositories.
        if (path is "v1" or "v2")
            path = "";
        else if (path.StartsWith("v1/", StringComparison.Ordinal) || path.StartsWith("v2/", StringComparison.Ordinal))
            path = path[3..];
        if (host is "index.docker.io" or "registry-1.docker.io" or "hub.docker.com" or "registry.hub.docker.com")
            host = RepositoryName.DefaultRegistry;
        value = new DockerConfigKey(host, path);
        return true;
    }

    public bool Covers(RepositoryName repository) =>
        CoversHost(repository.Registry)
        && (Path.Length == 0 || repository.Path == Path || repository.Path.StartsWith(Path + "/", StringComparison.Ordinal));

    /// <summary>As Kubernetes does: part by part between the dots, so that <c>*.example.com</c> is for no host below <c>a.example.com</c>; ports have to be the same.</summary>
    private bool CoversHost(string registry)
    {
        if (registry == Host)
            return true;
        if (!IsPattern)
            return false;
        var (pattern, port) = Split(Host);
        var (host, actual) = Split(registry);
        var patterns = pattern.Split('.');
        var parts = host.Split('.');
        return port == actual && patterns.Length == parts.Length && patterns.Zip(parts).All(pair => PathGlob.Matches(pair.First, pair.Second));
    }

    private static (string Host, string Port) Split(string registry)
    {
        var colon = registry.LastIndexOf(':');
        return colon < 0 ? (registry, "") : (registry[..colon], registry[(colon + 1)..]);
    }
}

/// <param name="Key">Which repositories it is for.</param>
/// <param name="Credential">What they are asked with.</param>
internal sealed record DockerConfigEntry(DockerConfigKey Key, UserCredential Credential)
{
    /// <summary>The one that says most about the repository: the longest path, and of those the registry itself before a pattern of it.</summary>
    public static UserCredential? Find(IEnumerable<DockerConfigEntry> entries, RepositoryName repository) => entries
        .Where(entry => entry.Key.Covers(repository))
        .OrderByDescending(entry => entry.Key.Path.Length).ThenBy(entry => entry.Key.IsPattern).ThenByDescending(entry => entry.Key.Host.Length)
        .FirstOrDefault()?.Credential;
}
