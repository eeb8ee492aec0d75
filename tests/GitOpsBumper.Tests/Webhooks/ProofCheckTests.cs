using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Webhooks;

namespace GitOpsBumper.Tests.Webhooks;

public sealed class ProofCheckTests
{
    private const string Secret = "s3cret-of-the-sender";
    private const string Body = """{"image": "web:1"}""";

    private static readonly byte[] Sha256 = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Body));

    // Nexus signs with it.
#pragma warning disable CA5350
    private static readonly byte[] Sha1 = HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Body));
#pragma warning restore CA5350

    private static string Hex => Convert.ToHexStringLower(Sha256);

    [Theory]
    [InlineData("docker.io", "?secret=")]
    [InlineData("ghcr.io", "X-Hub-Signature-256: sha256=")]
    [InlineData("harbor", "Authorization: ")]
    [InlineData("harbor", "Authorization: Bearer ")]
    [InlineData("quay.io", "?secret=")]
    [InlineData("aliyun-acr", "?secret=")]
    [InlineData("acr", "Authorization: bearer ")]
    [InlineData("acr", "?secret=")]
    [InlineData("cloudevents", "X-Webhook-Secret: ")]
    [InlineData("cloudevents", "?secret=")]
    [InlineData("gcr", "?secret=")]
    [InlineData("distribution", "Authorization: Bearer ")]
    [InlineData("artifactory", "X-JFrog-Event-Auth: ")]
    [InlineData("gitlab", "X-Gitlab-Token: ")]
    [InlineData("gitea", "X-Hub-Signature-256: sha256=")]
    [InlineData("gitea", "X-Gitea-Signature: hex ")]
    [InlineData("bitbucket", "X-Hub-Signature: sha256=")]
    [InlineData("nexus", "X-Nexus-Webhook-Signature: sha1 ")]
    [InlineData("azure-devops", "Authorization: Basic ")]
    [InlineData("distribution", "Authorization: Basic ")]
    [InlineData("generic", "X-Signature: sha256=")]
    [InlineData("generic", "Authorization: Bearer ")]
    [InlineData("generic", "X-Webhook-Secret: ")]
    public void Each_sender_shows_its_secret_in_its_own_way(string type, string how)
    {
        Assert.IsType<ProofResult.Good>(Check(type, Secret, With(how, Secret)));
        Assert.IsType<ProofResult.Wrong>(Check(type, "another secret", With(how, Secret)));
        Assert.IsType<ProofResult.Wrong>(Check(type, Secret, With(how, Secret), With(how, Secret)));
        Assert.IsType<ProofResult.Wrong>(Check(type, Secret));
        Assert.IsType<ProofResult.Wrong>(Check(type, "", With(how, "")));
        Assert.IsType<ProofResult.Wrong>(Check(type, " \r\n\n", With(how, "")));
    }

    [Theory]
    [InlineData("ghcr.io")]
    [InlineData("harbor")]
    [InlineData("distribution")]
    [InlineData("gitlab")]
    [InlineData("gitea")]
    [InlineData("artifactory")]
    [InlineData("nexus")]
    [InlineData("generic")]
    public void Who_can_do_better_may_not_show_the_secret_in_the_URL(string type) => Assert.IsType<ProofResult.Wrong>(Check(type, Secret, "?secret=" + Secret));

    [Fact]
    public void Hexadecimal_digits_may_be_of_either_case()
    {
        Assert.IsType<ProofResult.Good>(Check("ghcr.io", Secret, $"X-Hub-Signature-256: sha256={Hex.ToUpperInvariant()}"));
        Assert.IsType<ProofResult.Good>(Check("ghcr.io", Secret, $"x-hub-signature-256: SHA256={Hex}"));
    }

    [Fact]
    public void A_signature_that_is_cut_short_or_of_another_kind_is_none()
    {
        foreach (var value in new[]
        {
            "", "sha256=", Hex, $"sha256={Hex[..^2]}", $"sha256={Hex[..^1]}", $"sha256={Hex}00", $"sha256= {Hex}", $"sha256={Hex} ", $"sha1={Hex}", $"sha1={Convert.ToHexStringLower(Sha1)}",
            $"sha256={Convert.ToHexStringLower(Sha1)}", $"sha256={Hex[..^1]}g", $"sha256={Convert.ToBase64String(Sha256)}", $"sha256={Hex},sha256={Hex}",
        })
        {
            Assert.IsType<ProofResult.Wrong>(Check("ghcr.io", Secret, $"X-Hub-Signature-256: {value}"));
        }
    }

    [Fact]
    public void While_a_secret_is_replaced_the_old_and_the_new_are_good()
    {
        var both = $"new one\r\n{Secret}\n\n";
        Assert.IsType<ProofResult.Good>(Check("gitlab", both, $"X-Gitlab-Token: {Secret}"));
        Assert.IsType<ProofResult.Good>(Check("gitlab", both, "X-Gitlab-Token: new one"));
        Assert.IsType<ProofResult.Wrong>(Check("gitlab", both, $"X-Gitlab-Token: {both}"));
        Assert.IsType<ProofResult.Wrong>(Check("gitlab", both, "X-Gitlab-Token: old one"));
    }

    [Fact]
    public void A_secret_that_is_itself_a_whole_header_is_good_as_with_Image_Updater() =>
        Assert.IsType<ProofResult.Good>(Check("harbor", $"Bearer {Secret}", $"Authorization: Bearer {Secret}"));

    [Fact]
    public void The_reason_says_what_was_looked_at_and_nothing_of_the_secret()
    {
        var wrong = Assert.IsType<ProofResult.Wrong>(Check("acr", Secret, "Authorization: Bearer guessed"));
        Assert.Equal(
            "the request does not show that its sender knows the secret; header Authorization is wrong, header X-Webhook-Secret is missing, empty or there several times, "
            + "parameter secret of the URL is missing, empty or there several times", wrong.Reason);
        Assert.Equal(
            "the request does not show that its sender knows the secret; header X-Hub-Signature is wrong (a signature of the body by HMAC-SHA256 is expected)",
            Assert.IsType<ProofResult.Wrong>(Check("bitbucket", Secret, "X-Hub-Signature: sha256=00")).Reason);
        Assert.Equal("the secret of this kind of webhook is empty", Assert.IsType<ProofResult.Wrong>(Check("bitbucket", "", "X-Hub-Signature: sha256=00")).Reason);
    }

    [Fact]
    public void A_token_of_Google_is_handed_on_with_what_it_has_to_say()
    {
        var secret = "audience=https://bumper.example.com/webhook\nemail=push@project.iam.gserviceaccount.com\n";
        var token = Assert.IsType<ProofResult.GoogleToken>(Check("gcr", secret, "Authorization: Bearer a.b.c"));
        Assert.Equal(("a.b.c", "https://bumper.example.com/webhook", "push@project.iam.gserviceaccount.com"), (token.Token, token.Audience, token.Email));
        Assert.DoesNotContain("a.b.c", token.ToString(), StringComparison.Ordinal);
        Assert.IsType<ProofResult.Wrong>(Check("gcr", secret));
        Assert.IsType<ProofResult.Wrong>(Check("gcr", secret, "?secret=audience=https://bumper.example.com/webhook"));
        Assert.IsType<ProofResult.Good>(Check("gcr", secret + Secret, "?secret=" + Secret));
    }

    [Theory]
    [InlineData("audience=a")]
    [InlineData("email=b")]
    [InlineData("audience=\nemail=b")]
    [InlineData("audience=a\naudience=b\nemail=c")]
    public void A_token_of_Google_needs_an_audience_and_an_account(string secret) => Assert.Equal(
        "the secret of this kind of webhook has to have one line with audience= and one with email=, so that a token of Google can be checked",
        Assert.IsType<ProofResult.Wrong>(Check("gcr", secret, "Authorization: Bearer a.b.c")).Reason);

    [Fact]
    public void A_secret_of_another_sender_takes_no_token() => Assert.IsType<ProofResult.Wrong>(Check("acr", "audience=a\nemail=b", "Authorization: Bearer a.b.c"));

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic %%%")]
    [InlineData("Basic czNjcmV0LW9mLXRoZS1zZW5kZXI=")]
    [InlineData("Basic Og==")]
    public void Basic_authentication_without_a_password_shows_nothing(string value) => Assert.IsType<ProofResult.Wrong>(Check("azure-devops", Secret, $"Authorization: {value}"));

    [Fact]
    public void A_signature_of_another_body_is_never_good() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        body =>
        {
            var request = WebhookCase.RequestOf(body, [("X-Hub-Signature-256", $"sha256={Hex}")], []);
            return ProofCheck.Check(Receiver("ghcr.io"), Secret, request, default) is ProofResult.Good == body.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Body));
        }).QuickCheckThrowOnFailure();

    private static string With(string how, string secret) => how switch
    {
        _ when how.EndsWith("sha256=", StringComparison.Ordinal) => how + Mac(secret),
        _ when how.EndsWith(": hex ", StringComparison.Ordinal) => how[..^4] + Mac(secret),
        _ when how.EndsWith(": sha1 ", StringComparison.Ordinal) => how[..^5] + (secret.Length == 0 ? new string('0', 40) : Convert.ToHexString(Sha1)),
        _ when how.EndsWith("Basic ", StringComparison.Ordinal) => how + Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{secret}")),
        _ => how + secret,
    };

    private static string Mac(string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(Body)));

    private static IWebhookReceiver Receiver(string type) => WebhookSenders.TryFind(type, out var receiver, out var problem) ? receiver : throw new InvalidOperationException(problem);

    /// <param name="type">Of the sender.</param>
    /// <param name="secret">As it is configured.</param>
    /// <param name="shown">Headers, and parameters that begin with a question mark.</param>
    private static ProofResult Check(string type, string secret, params string[] shown)
    {
        var headers = shown.Where(each => each[0] != '?').Select(each => each.Split(": ", 2)).Select(pair => (pair[0], pair[1]));
        var query = shown.Where(each => each[0] == '?').Select(each => each[1..].Split('=', 2)).Select(pair => (pair[0], pair[1]));
        return ProofCheck.Check(Receiver(type), secret, WebhookCase.RequestOf(Encoding.UTF8.GetBytes(Body), headers, query), default);
    }
}
