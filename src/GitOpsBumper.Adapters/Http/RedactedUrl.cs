namespace GitOpsBumper.Adapters.Http;

/// <summary>URLs as messages and logs show them: query, fragment and user information may hold secrets and are left out.</summary>
public static class RedactedUrl
{
    public static string Of(Uri url) => $"{url.Scheme}://{url.Authority}{PathOf(url)}";

    public static string PathOf(Uri url) => url.AbsolutePath;

    public static bool SameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && left.IdnHost.Equals(right.IdnHost, StringComparison.OrdinalIgnoreCase);
}
