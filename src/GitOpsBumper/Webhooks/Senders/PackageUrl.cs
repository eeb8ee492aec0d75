namespace GitOpsBumper.Webhooks.Senders;

/// <summary>
/// A package URL of an image: <c>pkg:oci/web@sha256%3A...?repository_url=registry.example.com/team/web&amp;tag=1.5.0</c>, or
/// <c>pkg:docker/team/web@1.5.0?repository_url=registry.example.com</c>.
/// </summary>
/// <seealso href="https://github.com/package-url/purl-spec/tree/main/types"/>
internal static class PackageUrl
{
    /// <summary>Null: it is of another kind.</summary>
    public static SentImage? TryRead(string text)
    {
        var isOci = text.StartsWith("pkg:oci/", StringComparison.OrdinalIgnoreCase);
        if (!isOci && !text.StartsWith("pkg:docker/", StringComparison.OrdinalIgnoreCase))
            return null;
        var rest = text[(text.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('#')[0];
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var qualifiers = question < 0 ? "" : rest[(question + 1)..];
        var name = question < 0 ? rest : rest[..question];
        var at = name.LastIndexOf('@');
        var version = at < 0 ? "" : Uri.UnescapeDataString(name[(at + 1)..]);
        name = Uri.UnescapeDataString(at < 0 ? name : name[..at]).Trim('/');
        var repository = Qualifier(qualifiers, "repository_url");
        var tag = Qualifier(qualifiers, "tag");
        var isDigest = SentImage.IsDigest(version);
        if (!isDigest && string.IsNullOrEmpty(tag))
            tag = version;
        return isOci ? Oci(name, repository, tag, isDigest ? version : null) : new SentImage(SentImage.HostOf(repository) ?? "docker.io", name, tag, isDigest ? version : null);
    }

    /// <summary>The repository's URL ends with the name, as the specification's examples have it; where it does not, the name follows.</summary>
    private static SentImage Oci(string name, string? repository, string? tag, string? digest)
    {
        if (string.IsNullOrEmpty(repository))
            return new SentImage(Registry: null, name, tag, digest);
        var (registry, path) = SentImage.Split(repository.Contains('/', StringComparison.Ordinal) ? repository : $"{repository}/");
        if (path != name && !path.EndsWith($"/{name}", StringComparison.Ordinal))
            path = path.Length == 0 ? name : $"{path}/{name}";
        return new SentImage(registry, path, tag, digest);
    }

    private static string? Qualifier(string qualifiers, string name)
    {
        foreach (var pair in qualifiers.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && pair[..equals].Equals(name, StringComparison.OrdinalIgnoreCase))
                return Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return null;
    }
}
