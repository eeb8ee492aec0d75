using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Configuration.Hooks;

/// <summary>Reads <c>api.oidc</c>. Every mistake is told; with one, nobody's tokens are believed.</summary>
internal sealed class JobIssuerReader
{
    private const int MaxIssuers = 20;
    private const int MaxRules = 200;

    /// <summary>One of them has to be asked for: they say whose job it is, and issuers such as GitHub give tokens to everybody.</summary>
    private static readonly string[] Owners = ["repository", "repository_id", "repository_owner", "repository_owner_id", "project_path", "project_id", "namespace_path", "namespace_id", "sub", "email"];

    private readonly List<string> _problems = [];

    /// <param name="text">A YAML list.</param>
    /// <param name="problems">Each a sentence.</param>
    public static IReadOnlyList<JobIssuer> Read(string text, out IReadOnlyList<string> problems)
    {
        var reader = new JobIssuerReader();
        var issuers = reader.ReadAll(text);
        problems = reader._problems;
        return reader._problems.Count == 0 ? issuers : [];
    }

    private List<JobIssuer> ReadAll(string text)
    {
        if (!YamlText.TryParse(text, out var yaml, out var problem))
            _problems.Add(problem);
        else if (yaml.Root is YamlNode.Sequence { Items: { Count: <= MaxIssuers } items })
            return [.. items.Select((item, index) => Issuer(item, $"issuer {index + 1}")).OfType<JobIssuer>()];
        else if (yaml.Root is not null)
            _problems.Add($"it has to be a list of at most {MaxIssuers} issuers, for example '- issuer: https://token.actions.githubusercontent.com'");
        return [];
    }

    private JobIssuer? Issuer(YamlNode node, string where)
    {
        if (Map(node, where, "issuer", "audience", "ca", "rules") is not { } map)
            return null;
        var (issuer, audience, authorities) = (Text(map, "issuer", where), Text(map, "audience", where), Text(map, "ca", where));
        if (issuer is null || !Uri.TryCreate(issuer, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
            _problems.Add($"{where}: issuer '{issuer}' is no https URL");
        if (string.IsNullOrEmpty(audience))
            _problems.Add($"{where}: audience is missing; a token has to be made out to the bot, for example 'audience: gitops-bumper'");
        if (authorities is not null && !IsPem(authorities))
            _problems.Add($"{where}: ca holds no certificates in PEM");
        var rules = Items(map, "rules", where);
        if (rules.Count is 0 or > MaxRules)
            _problems.Add($"{where}: rules has {rules.Count} entries, 1 to {MaxRules} are allowed");
        return new JobIssuer(issuer ?? "", audience ?? "", authorities, [.. rules.Select((rule, index) => Rule(rule, $"{where}, rule {index + 1}")).OfType<JobRule>()]);
    }

    private JobRule? Rule(YamlNode node, string where)
    {
        if (Map(node, where, "claims", "applications", "images") is not { } map)
            return null;
        var claims = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in map.TryGetValue("claims", out var given) && Map(given, $"{where}, claims") is { } named ? named : [])
        {
            if (value is YamlNode.Scalar { Value.Length: > 0 } scalar)
                claims[name] = scalar.Value;
            else
                _problems.Add($"{where}: claim '{name}' has no value");
        }

        if (!claims.Keys.Any(Owners.Contains))
            _problems.Add($"{where}: its claims do not say whose job it has to be, and everybody can get a token; one of them has to be {string.Join(", ", Owners)}");
        foreach (var (name, pattern) in claims.Where(claim => Owners.Contains(claim.Key) && claim.Value.All(c => c is '*' or '/' or ':' or '?')))
            _problems.Add($"{where}: claim '{name}' permits everybody with '{pattern}'");
        return new JobRule(claims, new Grant(Texts(map, "applications", where), Texts(map, "images", where)));
    }

    /// <param name="node">Should be a mapping.</param>
    /// <param name="where">For messages.</param>
    /// <param name="known">Its keys; none: any.</param>
    private Dictionary<string, YamlNode>? Map(YamlNode node, string where, params string[] known)
    {
        if (node is not YamlNode.Mapping mapping)
        {
            _problems.Add($"{where} has to be a mapping{(known.Length == 0 ? "" : $" of {string.Join(", ", known)}")}");
            return null;
        }

        var map = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            var key = (entry.Key as YamlNode.Scalar)?.Value ?? "";
            if (known.Length > 0 && !known.Contains(key))
                _problems.Add($"{where}: '{key}' is not known, allowed: {string.Join(", ", known)}");
            else if (!map.TryAdd(key, entry.Value))
                _problems.Add($"{where}: '{key}' is there twice");
        }

        return map;
    }

    private string? Text(Dictionary<string, YamlNode> map, string key, string where)
    {
        if (!map.TryGetValue(key, out var node) || node is YamlNode.Scalar { IsNull: true })
            return null;
        if (node is YamlNode.Scalar scalar)
            return scalar.Value;
        _problems.Add($"{where}: {key} has to be a text");
        return null;
    }

    private IReadOnlyList<YamlNode> Items(Dictionary<string, YamlNode> map, string key, string where)
    {
        if (!map.TryGetValue(key, out var node) || node is YamlNode.Scalar { IsNull: true })
            return [];
        if (node is YamlNode.Sequence sequence)
            return sequence.Items;
        _problems.Add($"{where}: {key} has to be a list");
        return [];
    }

    private IReadOnlyList<string> Texts(Dictionary<string, YamlNode> map, string key, string where)
    {
        var items = Items(map, key, where);
        if (items.Any(item => item is not YamlNode.Scalar { Value.Length: > 0 }))
            _problems.Add($"{where}: {key} has to be a list of patterns");
        return [.. items.OfType<YamlNode.Scalar>().Select(item => item.Value)];
    }

    private static bool IsPem(string text)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(text);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
