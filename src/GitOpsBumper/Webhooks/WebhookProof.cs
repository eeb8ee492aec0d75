using GitOpsBumper.Core;

namespace GitOpsBumper.Webhooks;

/// <summary>How a sender shows that it knows the secret. Checked in one place, in constant time.</summary>
internal abstract record WebhookProof
{
    private WebhookProof()
    {
    }

    /// <summary>Where in a request it is shown.</summary>
    public ProofPlace Place => this switch
    {
        Signature { Header: var header } => new ProofPlace(header, IsParameter: false),
        HeaderValue { Header: var header } => new ProofPlace(header, IsParameter: false),
        Parameter { Name: var name } => new ProofPlace(name, IsParameter: true),
        _ => new ProofPlace("Authorization", IsParameter: false),
    };

    /// <summary>The MAC of the body in hexadecimal digits, behind a prefix such as <c>sha256=</c>, which may be empty.</summary>
    public record Signature(string Header, MacAlgorithm Algorithm, string Prefix) : WebhookProof;

    /// <summary>A signature as Standard Webhooks has it, of the delivery's id and time too. The secret is then the text that begins with <c>whsec_</c>.</summary>
    /// <seealso href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"/>
    public sealed record StandardSignature() : Signature(StandardWebhook.SignatureHeader, MacAlgorithm.HmacSha256, StandardWebhook.Version);

    /// <summary>The secret itself is the value of a header, behind a prefix such as <c>Bearer </c>, which may be missing there.</summary>
    public sealed record HeaderValue(string Header, string Prefix = "") : WebhookProof;

    /// <summary>The secret is a parameter of the URL: of senders that know no better way, as it may come to stand in logs on its way.</summary>
    public sealed record Parameter(string Name = "secret") : WebhookProof;

    /// <summary>The secret is the password of basic authentication, whatever the name.</summary>
    public sealed record Password : WebhookProof;

    /// <summary>
    /// An ID token of Google in <c>Authorization: Bearer</c>. The secret is no password then but what the token has to say:
    /// <c>audience=...</c> and <c>email=...</c>, on a line each.
    /// </summary>
    /// <seealso href="https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions"/>
    public sealed record GoogleToken : WebhookProof;
}

/// <param name="Name">Of the header or parameter.</param>
/// <param name="IsParameter">Of the URL; otherwise it is a header.</param>
internal sealed record ProofPlace(string Name, bool IsParameter)
{
    /// <summary>For messages.</summary>
    public override string ToString() => IsParameter ? $"parameter {Shortened.Text(Name)} of the URL" : $"header {Name}";
}

internal enum MacAlgorithm
{
    HmacSha1,
    HmacSha256,
}
