using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Credentials;

/// <summary>Where a credential is to be found, as annotations and <c>registries.conf</c> write it.</summary>
public abstract record CredentialReference
{
    private const int MaxFieldLength = 253;

    private CredentialReference()
    {
    }

    /// <summary><c>pullsecret:&lt;namespace&gt;/&lt;name&gt;</c>: a secret with a docker configuration.</summary>
    public sealed record PullSecret(NamespacedName Name) : CredentialReference
    {
        public override string ToString() => $"pullsecret:{Name}";
    }

    /// <summary><c>secret:&lt;namespace&gt;/&lt;name&gt;#&lt;field&gt;</c>: a field that holds <c>user:password</c>.</summary>
    public sealed record SecretField(NamespacedName Name, string Field) : CredentialReference
    {
        public override string ToString() => $"secret:{Name}#{Field}";
    }

    /// <summary><c>env:&lt;NAME&gt;</c>: a variable that holds <c>user:password</c>.</summary>
    public sealed record EnvironmentVariable(string Name) : CredentialReference
    {
        public override string ToString() => $"env:{Name}";
    }

    /// <summary><c>ext:&lt;absolute path&gt;</c>: a program that prints <c>user:password</c>.</summary>
    public sealed record External(string Path) : CredentialReference
    {
        public override string ToString() => $"ext:{Path}";
    }

    /// <summary><c>aws</c>, <c>gcp</c>, <c>azure</c>: the identity that this process has in a cloud.</summary>
    public sealed record OfCloud(Cloud Cloud) : CredentialReference
    {
        public override string ToString() => CloudRegistry.NameOf(Cloud);
    }

    /// <summary>The secret that is read; null where none is.</summary>
    public NamespacedName? SecretName => this switch
    {
        PullSecret secret => secret.Name,
        SecretField secret => secret.Name,
        _ => null,
    };

    /// <summary>What <c>registries.conf</c> may name: also a cloud. An annotation may not, lest whoever writes an Application spends the identity of the bot.</summary>
    public static bool TryParseForRegistry(string text, [NotNullWhen(true)] out CredentialReference? value, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        value = CloudOf(text) is { } cloud ? new OfCloud(cloud) : null;
        if (value is not null || TryParse(text, out value, out problem))
            return true;
        if (!text.Contains(':', StringComparison.Ordinal))
            problem += ", and aws, gcp and azure";
        return false;
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out CredentialReference? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? "" : text[..colon].ToLowerInvariant();
        var rest = text[(colon + 1)..];
        value = kind switch
        {
            "pullsecret" => ReadPullSecret(rest),
            "secret" => ReadSecretField(rest),
            "env" when IsVariable(rest) => new EnvironmentVariable(rest),
            "ext" when IsAbsolutePath(rest) => new External(rest),
            _ => null,
        };
        if (value is not null)
            return true;
        var allowed = kind switch
        {
            "pullsecret" => "it is written pullsecret:<namespace>/<name>",
            "secret" => "it is written secret:<namespace>/<name>#<field>",
            "env" => "it is written env:<NAME>, letters, digits and '_'",
            "ext" => "it is written ext:<absolute path of a program>, without '.' and '..'",
            "" when CloudOf(text) is not null => "clouds may be named in registries.conf alone; their registries are recognised by their names without that",
            _ => "allowed are pullsecret:<namespace>/<name>, secret:<namespace>/<name>#<field>, env:<NAME> and ext:<absolute path>",
        };
        problem = $"credential reference '{Shortened.Text(text)}' cannot be read: {allowed}";
        return false;
    }

    private static Cloud? CloudOf(string text) => text switch
    {
        "aws" => Cloud.Aws,
        "gcp" => Cloud.Gcp,
        "azure" => Cloud.Azure,
        _ => null,
    };

    private static PullSecret? ReadPullSecret(string text) => NamespacedName.TryParse(text, out var name, out _) ? new PullSecret(name) : null;

    private static SecretField? ReadSecretField(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0 || !NamespacedName.TryParse(text[..hash], out var name, out _))
            return null;
        var field = text[(hash + 1)..];
        var isField = field.Length is > 0 and <= MaxFieldLength && field.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return isField ? new SecretField(name, field) : null;
    }

    private static bool IsVariable(string text) => text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_');

    private static bool IsAbsolutePath(string text) =>
        text.Length > 1 && text[0] == '/' && !text.Any(char.IsControl) && text.Split('/').All(part => part is not ("." or ".."));
}
