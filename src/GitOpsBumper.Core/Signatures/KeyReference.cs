using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Core.Signatures;

/// <summary>Where the public keys are to be found that an image has to be signed with, as annotations write it. Never a path.</summary>
public abstract record KeyReference
{
    public const int MaxNameLength = 63;

    private const string Scheme = "cosign:";
    private const string Allowed = "allowed are cosign:<name>, cosign:secret:<namespace>/<name>#<field>, cosign:env:<NAME> and none";

    private KeyReference()
    {
    }

    /// <summary><c>cosign:&lt;name&gt;</c>: a key that the operator has given a name.</summary>
    public sealed record Named(string Name) : KeyReference
    {
        public override string ToString() => $"{Scheme}{Name}";
    }

    /// <summary><c>cosign:secret:&lt;namespace&gt;/&lt;name&gt;#&lt;field&gt;</c></summary>
    public sealed record SecretField(NamespacedName Secret, string Field) : KeyReference
    {
        public override string ToString() => $"{Scheme}secret:{Secret}#{Field}";
    }

    /// <summary><c>cosign:env:&lt;NAME&gt;</c></summary>
    public sealed record EnvironmentVariable(string Name) : KeyReference
    {
        public override string ToString() => $"{Scheme}env:{Name}";
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out KeyReference? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var rest = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..] : "";
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 && IsName(rest))
            value = new Named(rest);
        else if (colon >= 0 && rest[..colon] is "secret" or "env" && CredentialReference.TryParse(rest, out var place, out _))
            value = Of(place);
        if (value is null)
            problem = $"'{Shortened.Text(text)}' names no public key: {Hint(rest, colon)}";
        return value is not null;
    }

    /// <summary>What a file may be called by: nothing that leads elsewhere, and nothing that is hidden.</summary>
    private static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static KeyReference? Of(CredentialReference place) => place switch
    {
        CredentialReference.SecretField { Name: var secret, Field: var field } => new SecretField(secret, field),
        CredentialReference.EnvironmentVariable { Name: var name } => new EnvironmentVariable(name),
        _ => null,
    };

    private static string Hint(string rest, int colon) => (colon < 0 ? "" : rest[..colon]) switch
    {
        "secret" => "it is written cosign:secret:<namespace>/<name>#<field>",
        "env" => "it is written cosign:env:<NAME>, letters, digits and '_'",
        "" when colon < 0 && rest.Length > 0 => $"a name has at most {MaxNameLength} letters, digits, '-', '_' and '.', a letter or digit first",
        _ => Allowed,
    };
}
