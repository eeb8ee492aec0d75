using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace GitOpsBumper.Adapters.Identity;

/// <summary>Verifies ID tokens by the keys that their issuers publish, which are fetched once and kept. Lives as long as the process.</summary>
/// <seealso href="https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation"/>
public sealed class IdTokenVerifier : IDisposable
{
    /// <summary>Of a token: those of jobs have some two thousand characters.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxIssuers = 100;

    /// <summary>Signatures that anybody can check: none whose key would have to be shared.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly ConcurrentDictionary<TrustedIssuer, Lazy<Publisher>> _publishers = new();
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength, MapInboundClaims = false };
    private readonly Func<TrustedIssuer, IDocumentRetriever> _documents;

    public IdTokenVerifier()
        : this(static issuer => new IssuerDocuments(issuer.Authorities))
    {
    }

    /// <param name="documents">Reads what an issuer publishes.</param>
    internal IdTokenVerifier(Func<TrustedIssuer, IDocumentRetriever> documents) => _documents = documents;

    /// <summary>The issuer that a token says it is from, of which nothing is verified; null when it is no token of this kind.</summary>
    public static string? IssuerOf(string token)
    {
        if (token.Length > MaxLength || token.Count(c => c == '.') != 2)
            return null;
        try
        {
            return new JsonWebToken(token).Issuer is { Length: > 0 } issuer ? issuer : null;
        }
        catch (Exception failure) when (failure is ArgumentException or SecurityTokenException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Who vouches for the token, and what it says.</summary>
    /// <exception cref="IdTokenException">Nobody vouches for it, or the keys could not be had (<see cref="IdTokenException.IsTransient"/>).</exception>
    public async Task<IdToken> VerifyAsync(string token, TrustedIssuer issuer, CancellationToken cancellationToken)
    {
        var publisher = PublisherOf(issuer);
        try
        {
            // Fetched first, so that an issuer that cannot be reached is told from a token that is wrong.
            await publisher.Configuration.GetConfigurationAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or HttpRequestException)
        {
            throw new IdTokenException($"the keys of {issuer.Issuer} cannot be had: {Innermost(failure)}", isTransient: true, failure);
        }

        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = issuer.Audience,
            ValidAlgorithms = Algorithms,
            ValidateIssuerSigningKey = true,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.FromMinutes(1),
            ConfigurationManager = publisher.Configuration,
        });
        if (!result.IsValid)
            throw new IdTokenException($"the ID token is not valid: {Reason(result.Exception)}", isTransient: false, result.Exception);
        var claims = ((JsonWebToken)result.SecurityToken).Claims.GroupBy(claim => claim.Type, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(claim => claim.Value)], StringComparer.Ordinal);
        return new IdToken(issuer.Issuer, claims);
    }

    public void Dispose()
    {
        foreach (var publisher in _publishers.Values.Where(publisher => publisher.IsValueCreated))
            publisher.Value.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Kept, and disposed of with this.")]
    private Publisher PublisherOf(TrustedIssuer issuer)
    {
        // Configurations that were changed so often leave issuers behind that nobody asks for any more.
        if (_publishers.Count >= MaxIssuers && !_publishers.ContainsKey(issuer))
        {
            foreach (var old in _publishers.Keys.ToList())
            {
                if (_publishers.TryRemove(old, out var gone) && gone.IsValueCreated)
                    gone.Value.Dispose();
            }
        }

        return _publishers.GetOrAdd(issuer, key => new Lazy<Publisher>(() => new Publisher(key, _documents(key)))).Value;
    }

    /// <summary>The library's messages quote the token's claims at length: what is wrong is enough.</summary>
    private static string Reason(Exception failure) => failure switch
    {
        SecurityTokenExpiredException => "it has expired",
        SecurityTokenNotYetValidException => "it is not valid yet",
        SecurityTokenInvalidAudienceException => "it is for another audience",
        SecurityTokenInvalidIssuerException => "it is from another issuer",
        SecurityTokenNoExpirationException => "it never expires",
        SecurityTokenInvalidAlgorithmException => "its algorithm is not allowed",
        SecurityTokenSignatureKeyNotFoundException => "its issuer has no such key",
        SecurityTokenInvalidSignatureException => "its signature is wrong",
        _ => "it cannot be verified",
    };

    private static string Innermost(Exception failure) => (failure.GetBaseException() is var cause && cause.Message.Length > 300 ? cause.Message[..300] : failure.GetBaseException().Message).TrimEnd('.');

    /// <summary>Fetches what one issuer publishes.</summary>
    private sealed class Publisher(TrustedIssuer issuer, IDocumentRetriever documents) : IDisposable
    {
        public ConfigurationManager<OpenIdConnectConfiguration> Configuration { get; } =
            new($"{issuer.Issuer.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), documents);

        public void Dispose() => (documents as IDisposable)?.Dispose();
    }
}
