using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Adapters.Identity;
using Microsoft.IdentityModel.Tokens;

namespace GitOpsBumper.Tests.Adapters.Identity;

public sealed class IdTokenVerifierTests
{
    private const string Audience = "gitops-bumper";

    private static readonly Dictionary<string, object> Claims = new() { ["sub"] = "repo:team/web:ref:refs/heads/main", ["repository"] = "team/web", ["ref_protected"] = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_of_the_issuer_says_whose_job_it_is()
    {
        await using var issuer = await TestIssuer.StartAsync(Token);
        using var verifier = new IdTokenVerifier();
        var text = issuer.Sign(Audience, Claims);
        Assert.Equal(issuer.Url, IdTokenVerifier.IssuerOf(text));
        var token = await verifier.VerifyAsync(text, Trusted(issuer), Token);
        Assert.Equal(("team/web", "true"), (token.Claim("repository"), token.Claim("ref_protected")));
        Assert.Null(token.Claim("nothing"));

        var asked = issuer.Requests;
        await verifier.VerifyAsync(issuer.Sign(Audience, Claims), Trusted(issuer), Token);
        Assert.Equal(asked, issuer.Requests);
    }

    [Fact]
    public async Task Nothing_else_is_believed()
    {
        await using var issuer = await TestIssuer.StartAsync(Token);
        using var verifier = new IdTokenVerifier();
        using var other = RSA.Create(2048);
        var stranger = new SigningCredentials(new RsaSecurityKey(other) { KeyId = "one" }, SecurityAlgorithms.RsaSha256);
        var shared = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(issuer.AuthorityPem)), SecurityAlgorithms.HmacSha256);
        foreach (var (text, reason) in new[]
        {
            (issuer.Sign("somebody-else", Claims), "another audience"),
            (issuer.Sign(Audience, Claims, expires: TimeSpan.FromMinutes(-10)), "expired"),
            (issuer.Sign(Audience, Claims, issuer: "https://elsewhere.example.com"), "another issuer"),
            (issuer.Sign(Audience, Claims, by: stranger), "signature is wrong"),
            (issuer.Sign(Audience, Claims, by: shared), ""),
            (Unsigned(issuer), ""),
        })
        {
            var failure = await Assert.ThrowsAsync<IdTokenException>(() => verifier.VerifyAsync(text, Trusted(issuer), Token));
            Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
            Assert.False(failure.IsTransient);
            Assert.DoesNotContain("team/web", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_asked_is_no_reason_to_call_a_token_wrong()
    {
        await using var issuer = await TestIssuer.StartAsync(Token);
        using var verifier = new IdTokenVerifier();
        // Nobody vouches for the certificate of its server.
        var failure = await Assert.ThrowsAsync<IdTokenException>(() => verifier.VerifyAsync(issuer.Sign(Audience, Claims), Trusted(issuer) with { Authorities = null }, Token));
        Assert.True(failure.IsTransient);
        failure = await Assert.ThrowsAsync<IdTokenException>(() => verifier.VerifyAsync(issuer.Sign(Audience, Claims), new TrustedIssuer("http://localhost:1", Audience, null), Token));
        Assert.Contains("no https URL", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public void What_is_no_token_has_no_issuer(string text) => Assert.Null(IdTokenVerifier.IssuerOf(text));

    private static TrustedIssuer Trusted(TestIssuer issuer) => new(issuer.Url, Audience, issuer.AuthorityPem);

    private static string Unsigned(TestIssuer issuer)
    {
        var parts = issuer.Sign(Audience, Claims).Split('.');
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
    }
}
