using System.Text;
using GitOpsBumper.Webhooks;

namespace GitOpsBumper.Tests.Webhooks;

public sealed class StandardWebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const long Sent = 1614265330;

    /// <summary>The example that the libraries of the specification are tested with.</summary>
    /// <seealso href="https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries"/>
    [Fact]
    public void The_published_example_is_good() => Assert.True(IsGood());

    [Theory]
    [InlineData("", false)]
    [InlineData("v1,", false)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1Og=", false)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==", false)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OEA", false)]
    [InlineData("v1,%%%", false)]
    [InlineData("v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", true)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,AAAA", true)]
    [InlineData("1 2 3 4 5 6 7 8 9 v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", true)]
    [InlineData("1 2 3 4 5 6 7 8 9 10 v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    public void One_of_its_signatures_has_to_be_right(string shown, bool isGood) => Assert.Equal(isGood, IsGood(signature: shown));

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void What_is_older_than_five_minutes_or_comes_from_the_future_counts_for_nothing(int seconds, bool isGood) => Assert.Equal(isGood, IsGood(now: Sent + seconds));

    [Theory]
    [InlineData(Id, "1614265331", Body)]
    [InlineData(Id, "+1614265330", Body)]
    [InlineData(Id, "01614265330", Body)]
    [InlineData(Id, "99999999999999999999", Body)]
    [InlineData(Id, "", Body)]
    [InlineData("msg_other", "1614265330", Body)]
    [InlineData("", "1614265330", Body)]
    [InlineData(Id, "1614265330", """{"test": 2432232315}""")]
    [InlineData(Id, "1614265330", "")]
    public void Id_time_and_body_are_signed(string id, string stamp, string body) => Assert.False(IsGood(id, stamp, body));

    /// <summary>The same bytes, cut elsewhere.</summary>
    [Fact]
    public void An_id_with_a_full_stop_in_it_is_none()
    {
        const string Cut = "1614265300.5";
        var signature = $"v1,{Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(Convert.FromBase64String(Secret[6..]), Encoding.UTF8.GetBytes($"a.{Sent}.{Cut}")))}";
        Assert.True(IsGood("a", $"{Sent}", Cut, signature));
        Assert.False(IsGood($"a.{Sent}", "1614265300", "5", signature));
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_%%%")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx")]
    public void Another_secret_is_good_for_nothing(string secret) => Assert.False(IsGood(secret: secret));

    /// <summary>Whoever leaves the key empty would let everybody sign.</summary>
    [Theory]
    [InlineData("whsec_", 0)]
    [InlineData("whsec_c2hvcnQ=", 5)]
    public void A_key_that_is_too_short_lets_nobody_in(string secret, int length)
    {
        var key = Convert.FromBase64String(secret[6..]);
        Assert.Equal(length, key.Length);
        var mac = System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Sent}.{Body}"));
        Assert.False(IsGood(signature: $"v1,{Convert.ToBase64String(mac)}", secret: secret));
    }

    /// <summary>The signature of the vector was made by openssl.</summary>
    [Fact]
    public void A_delivery_that_GitLab_signs_is_believed_while_it_is_fresh()
    {
        const string Token = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
        var request = WebhookCase.Read("gitlab", "push-signed").Request;
        Assert.True(WebhookSenders.TryFind("gitlab", out var gitLab, out _));
        var sent = DateTimeOffset.FromUnixTimeSeconds(1781000000);
        Assert.IsType<ProofResult.Good>(ProofCheck.Check(gitLab, Token, request, sent.AddSeconds(10)));
        Assert.IsType<ProofResult.Good>(ProofCheck.Check(gitLab, $"an-older-secret-token\n{Token}", request, sent));
        var late = Assert.IsType<ProofResult.Wrong>(ProofCheck.Check(gitLab, Token, request, sent.AddMinutes(6)));
        Assert.Equal(
            "the request does not show that its sender knows the secret; header webhook-signature is wrong (a signature of webhook-id, webhook-timestamp and the body by HMAC-SHA256 is expected, at most 5 minutes old), "
            + "header X-Gitlab-Token is missing, empty or there several times", late.Reason);
        Assert.IsType<ProofResult.Wrong>(ProofCheck.Check(gitLab, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", request, sent));
        Assert.IsType<ProofResult.Wrong>(ProofCheck.Check(gitLab, Token, request with { Body = "{}"u8.ToArray() }, sent));
    }

    private static bool IsGood(string id = Id, string? stamp = null, string body = Body, string signature = Signature, string secret = Secret, long now = Sent)
    {
        (string, string)[] headers = [("Webhook-Id", id), ("Webhook-Timestamp", stamp ?? $"{Sent}"), ("Webhook-Signature", signature)];
        return StandardWebhook.IsGood(secret, WebhookCase.RequestOf(body, headers), DateTimeOffset.FromUnixTimeSeconds(now));
    }
}
