using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Credentials;

/// <summary>Whose identity a registry takes.</summary>
public enum Cloud
{
    Aws,
    Gcp,
    Azure,
}

/// <summary>
/// A registry that belongs to a cloud, told by its host name alone. Only hosts that nobody but the cloud can answer for are in here: identities of
/// the cloud are sent to them.
/// </summary>
public abstract record CloudRegistry
{
    private const int AccountLength = 12;

    private CloudRegistry(string host) => Host = host;

    /// <summary>In lower case, without a port.</summary>
    public string Host { get; }

    public abstract Cloud Cloud { get; }

    /// <summary>Registries with the same one take the same credential.</summary>
    public abstract string Audience { get; }

    /// <summary>Amazon's private registries.</summary>
    /// <seealso href="https://docs.aws.amazon.com/general/latest/gr/ecr.html"/>
    public sealed record Ecr : CloudRegistry
    {
        internal Ecr(string host, string region, Uri api)
            : base(host) => (Region, Api) = (region, api);

        public string Region { get; }

        /// <summary>Where an authorization token is asked for.</summary>
        public Uri Api { get; }

        public override Cloud Cloud => Cloud.Aws;

        public override string Audience => Api.Host;
    }

    /// <summary>Amazon's public gallery, <c>public.ecr.aws</c>.</summary>
    public sealed record EcrPublic : CloudRegistry
    {
        /// <summary>The API is in this region only.</summary>
        public const string Region = "us-east-1";

        internal EcrPublic(string host)
            : base(host)
        {
        }

        public static Uri Api { get; } = new("https://api.ecr-public.us-east-1.amazonaws.com/");

        public override Cloud Cloud => Cloud.Aws;

        public override string Audience => Api.Host;
    }

    /// <summary>Artifact Registry, and Container Registry whose names it took over.</summary>
    public sealed record Google : CloudRegistry
    {
        internal Google(string host)
            : base(host)
        {
        }

        public override Cloud Cloud => Cloud.Gcp;

        public override string Audience => "google";
    }

    /// <summary>Azure Container Registry.</summary>
    public sealed record Acr : CloudRegistry
    {
        internal Acr(string host)
            : base(host)
        {
        }

        public override Cloud Cloud => Cloud.Azure;

        public override string Audience => Host;
    }

    /// <param name="registry">As image references write it; with a port it is no registry of a cloud.</param>
    /// <param name="value">What it is.</param>
    public static bool TryParse(string registry, [NotNullWhen(true)] out CloudRegistry? value)
    {
        var host = registry.ToLowerInvariant();
        var labels = host.Split('.');
        value = labels switch
        {
            _ when !labels.All(IsLabel) => null,
            ["public", "ecr", "aws"] => new EcrPublic(host),
            ["gcr", "io"] or [_, "gcr", "io"] => new Google(host),
            [var name, "pkg", "dev"] when name.EndsWith("-docker", StringComparison.Ordinal) => new Google(host),
            [_, "azurecr", "io" or "cn" or "us"] => new Acr(host),
            [var account, "dkr", "ecr" or "ecr-fips", var region, "amazonaws", "com"] when IsAccount(account) =>
                new Ecr(host, region, ApiOf(labels[2] == "ecr" ? $"api.ecr.{region}.amazonaws.com" : $"ecr-fips.{region}.amazonaws.com")),
            [var account, "dkr", "ecr", var region, "amazonaws", "com", "cn"] when IsAccount(account) => new Ecr(host, region, ApiOf($"api.ecr.{region}.amazonaws.com.cn")),
            // The names that have addresses of both versions.
            [var account, "dkr-ecr" or "dkr-ecr-fips", var region, "on", "aws"] when IsAccount(account) =>
                new Ecr(host, region, ApiOf($"{labels[1]["dkr-".Length..]}.{region}.api.aws")),
            [var account, "dkr-ecr", var region, "on", "amazonwebservices", "com", "cn"] when IsAccount(account) =>
                new Ecr(host, region, ApiOf($"ecr.{region}.api.amazonwebservices.com.cn")),
            _ => null,
        };
        return value is not null;
    }

    /// <summary>The first of the names that is one of a cloud's registry; null when none is.</summary>
    public static CloudRegistry? Find(params ReadOnlySpan<string> registries)
    {
        foreach (var registry in registries)
        {
            if (TryParse(registry, out var found))
                return found;
        }

        return null;
    }

    /// <summary>As <c>registries.conf</c> writes it.</summary>
    public static string NameOf(Cloud cloud) => cloud switch
    {
        Cloud.Aws => "aws",
        Cloud.Gcp => "gcp",
        _ => "azure",
    };

    private static Uri ApiOf(string host) => new($"https://{host}/");

    private static bool IsAccount(string label) => label.Length == AccountLength && label.All(char.IsAsciiDigit);

    private static bool IsLabel(string label) => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
