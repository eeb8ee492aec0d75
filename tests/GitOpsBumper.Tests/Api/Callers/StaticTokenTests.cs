using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Api.Callers;

public sealed class StaticTokenTests
{
    private const string Token = "a-token-of-thirty-two-characters";

    [Fact]
    public void A_token_is_known_by_its_hash()
    {
        var secrets = Secrets.Layer(("api.token.jenkins", $"sha256:{Hash(Token)}\n"), ("api.token.other", $"sha256:{Hash(Token + "2")}"));
        Assert.Equal("token jenkins", StaticTokens.Find(secrets, Token)?.Name);
        Assert.Equal("token other", StaticTokens.Find(secrets, Token + "2")?.Name);
        Assert.Null(StaticTokens.Find(secrets, Token + "3"));
        // The hash is no token.
        Assert.Null(StaticTokens.Find(secrets, $"sha256:{Hash(Token)}"));
        Assert.Empty(StaticTokens.Problems(secrets));
    }

    [Fact]
    public void A_short_token_is_nobodys_even_where_its_hash_is_there() =>
        Assert.Null(StaticTokens.Find(Secrets.Layer(("api.token.jenkins", $"sha256:{Hash("secret")}")), "secret"));

    [Fact]
    public void A_token_may_be_limited()
    {
        var holder = StaticTokens.Find(Secrets.Layer(("api.token.jenkins", $"sha256:{Hash(Token)}\napplications: argocd/web-*, argocd/shop")), Token);
        Assert.NotNull(holder);
        Assert.True(holder.Grant.Permits(new NamespacedName("argocd", "web-eu"), null));
        Assert.True(holder.Grant.Permits(new NamespacedName("argocd", "shop"), null));
        Assert.False(holder.Grant.Permits(new NamespacedName("argocd", "web"), null));
    }

    [Theory]
    [InlineData("the-token-itself-stands-here-in-plain-text")]
    [InlineData("sha256:abc")]
    [InlineData("HASH\napplications:")]
    [InlineData("HASH\nnamespaces: argocd")]
    public void A_limit_that_is_not_understood_is_no_permission(string text)
    {
        var secrets = Secrets.Layer(("api.token.jenkins", text.Replace("HASH", $"sha256:{Hash(Token)}", StringComparison.Ordinal)));
        Assert.Null(StaticTokens.Find(secrets, Token));
        Assert.StartsWith("'api.token.jenkins' of secret argocd/gitops-bumper-secret: ", Assert.Single(StaticTokens.Problems(secrets)), StringComparison.Ordinal);
        Assert.DoesNotContain("plain-text", StaticTokens.Problems(secrets)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Our_secret_wins_over_that_of_Image_Updater()
    {
        KubernetesSecret Secret(string name, string value) => new(new NamespacedName("argocd", name), "Opaque", new Dictionary<string, string>(), new Dictionary<string, string> { ["webhook.ghcr-secret"] = value });
        var layer = SecretLayer.Read([Secret("gitops-bumper-secret", "ours\n"), Secret("argocd-image-updater-secret", "theirs")], "argocd");
        Assert.Equal("ours", layer.Find("webhook.ghcr-secret")?.Value.Reveal());
        Assert.Equal("theirs", SecretLayer.Read([Secret("argocd-image-updater-secret", "theirs"), Secret("gitops-bumper-secret", " ")], "argocd").Find("webhook.ghcr-secret")?.Value.Reveal());
        Assert.Null(SecretLayer.Read([Secret("gitops-bumper-secret", "ours")], "elsewhere").Find("webhook.ghcr-secret"));
    }

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
