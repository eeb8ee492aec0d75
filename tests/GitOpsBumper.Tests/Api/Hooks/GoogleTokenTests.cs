using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Tests.Adapters.Identity;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace GitOpsBumper.Tests.Api.Hooks;

/// <summary>Pub/Sub pushes with tokens that a local issuer signs in Google's place.</summary>
/// <seealso href="https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions"/>
public sealed class GoogleTokenTests
{
    private const string Google = "https://accounts.google.com";
    private const string Audience = "https://bumper.example.com/webhook";
    private const string Email = "bumper-push@my-project.iam.gserviceaccount.com";

    [Fact]
    public async Task A_push_counts_that_Google_signed_for_the_account()
    {
        await using var issuer = await TestIssuer.StartAsync(TestContext.Current.CancellationToken);
        await using var stage = await StageAsync(issuer);
        var (status, body) = await PushAsync(stage, issuer.Sign(Audience, Claims(Email, true), Google));
        Assert.Equal((202, 1), (status, (int)body["applications"]!));
        Assert.Equal(["argocd/web"], stage.Due);
    }

    [Fact]
    public async Task A_push_of_anybody_else_counts_for_nothing()
    {
        await using var issuer = await TestIssuer.StartAsync(TestContext.Current.CancellationToken);
        await using var stage = await StageAsync(issuer);
        using var other = RSA.Create(2048);
        var stranger = new SigningCredentials(new RsaSecurityKey(other) { KeyId = "one" }, SecurityAlgorithms.RsaSha256);
        foreach (var (token, reason) in new[]
        {
            (issuer.Sign(Audience, Claims("somebody@else.iam.gserviceaccount.com", true), Google), $"is not that of {Email}"),
            (issuer.Sign(Audience, Claims(Email, false), Google), $"is not that of {Email}"),
            (issuer.Sign(Audience, new Dictionary<string, object> { ["email"] = Email }, Google), $"is not that of {Email}"),
            (issuer.Sign(Audience, new Dictionary<string, object> { ["email_verified"] = true }, Google), $"is not that of {Email}"),
            (issuer.Sign("https://elsewhere.example.com", Claims(Email, true), Google), "another audience"),
            (issuer.Sign(Audience, Claims(Email, true)), "another issuer"),
            (issuer.Sign(Audience, Claims(Email, true), Google, expires: TimeSpan.FromMinutes(-10)), "expired"),
            (issuer.Sign(Audience, Claims(Email, true), Google, by: stranger), "signature is wrong"),
        })
        {
            var (status, body) = await PushAsync(stage, token);
            Assert.Equal(401, status);
            Assert.Contains(reason, (string)body["error"]!, StringComparison.Ordinal);
        }

        Assert.Empty(stage.Due);
    }

    [Fact]
    public async Task That_Googles_keys_cannot_be_had_is_no_mistake_of_the_sender()
    {
        await using var issuer = await TestIssuer.StartAsync(TestContext.Current.CancellationToken);
        await using var stage = await ApiStage.StartAsync(verifier: new IdTokenVerifier(_ => new OutOfReach()), secret: ("webhook.gcr-secret", $"audience={Audience}\nemail={Email}\n"));
        // More than wrong proofs are looked at.
        for (var push = 0; push < 110; push++)
            Assert.Equal(503, (await PushAsync(stage, issuer.Sign(Audience, Claims(Email, true), Google))).Status);
    }

    private static Dictionary<string, object> Claims(string email, bool isVerified) => new() { ["email"] = email, ["email_verified"] = isVerified };

    private static Task<ApiStage> StageAsync(TestIssuer issuer) =>
        ApiStage.StartAsync(verifier: new IdTokenVerifier(_ => new InPlaceOfGoogle(issuer)), secret: ("webhook.gcr-secret", $"audience={Audience}\nemail={Email}\n"));

    private static Task<(int Status, System.Text.Json.Nodes.JsonNode Body)> PushAsync(ApiStage stage, string token)
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"action": "INSERT", "tag": "registry.example.com/team/web:1.5.0"}"""));
        return stage.SendAsync(HttpMethod.Post, "/webhook?type=gcr", $$"""{"message": {"data": "{{data}}", "messageId": "{{Guid.NewGuid()}}"}, "subscription": "projects/my-project/subscriptions/bumper"}""", token);
    }

    /// <summary>What Google publishes, from the local issuer, which calls itself Google.</summary>
    private sealed class InPlaceOfGoogle(TestIssuer issuer) : IDocumentRetriever, IDisposable
    {
        private readonly IssuerDocuments _documents = new(issuer.AuthorityPem);

        public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            var text = await _documents.GetDocumentAsync(address.Replace(Google, issuer.Url, StringComparison.Ordinal), cancel);
            return text.Replace($"\"issuer\":\"{issuer.Url}\"", $"\"issuer\":\"{Google}\"", StringComparison.Ordinal);
        }

        public void Dispose() => _documents.Dispose();
    }
    private sealed class OutOfReach : IDocumentRetriever
    {
        public Task<string> GetDocumentAsync(string address, CancellationToken cancel) => throw new HttpRequestException("no route to host");
    }
}
