using System.Collections;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>
/// What programs that print credentials get to see of our environment: where they find themselves, their cloud accounts and their way out. The rest may be
/// secrets of ours.
/// </summary>
public static class ProgramEnvironment
{
    private static readonly string[] Prefixes = ["AWS_", "AZURE_", "GOOGLE_", "CLOUDSDK_", "GCE_METADATA_"];

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "HOME", "USER", "TMPDIR", "TZ", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
        "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT",
    };

    /// <summary>Besides <c>PATH</c> and <c>LC_ALL=C</c>, which every program gets.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> ours) => ours
        .Where(variable => Names.Contains(variable.Key) || Prefixes.Any(prefix => variable.Key.StartsWith(prefix, StringComparison.Ordinal)))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>All of this process.</summary>
    public static IReadOnlyDictionary<string, string> Ours() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
}
