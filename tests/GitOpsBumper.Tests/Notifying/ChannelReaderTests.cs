using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Notifying;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Notifying;

/// <summary>What the secret and the environment say of channels.</summary>
public sealed class ChannelReaderTests : IDisposable
{
    private readonly Notifiers _notifiers = new(new RequestCounter(), Notifiers.Limits, TimeProvider.System);

    [Fact]
    public void A_key_holds_a_url()
    {
        var channel = Assert.Single(Read(("notify.ops", "gotify://push.example.com/s3cretToken\n"), ("webhook.x", "y")).Channels);
        Assert.Equal(("ops", "Gotify at push.example.com"), (channel.Name, channel.Notifiers[0].Place));
    }

    [Fact]
    public void A_key_holds_urls_and_what_is_wanted()
    {
        var set = Read(("notify.ops", """
            urls:
            - gotify://push.example.com/s3cretToken
            - telegram://1:abc@telegram?chats=@a,@b
            events: [updated, failed]
            applications: argocd/w*
            severity: info
            title: "deployed: {{ .Summary }}"
            at-start: true
            """));
        Assert.Empty(set.Problems);
        var channel = Assert.Single(set.Channels);
        Assert.Equal(["ops/0/0", "ops/1/0", "ops/1/1"], channel.Places.Select(place => place.Key));
        Assert.True(channel.Rule.Wants(NotificationTemplate.Sample[0] with { WasThere = true }));
        Assert.False(channel.Rule.Wants(NotificationTemplate.Sample[0] with { Kind = NotificationKind.Pinned }));
    }

    [Fact]
    public void One_bad_channel_is_named_without_its_secrets_and_the_others_go_on()
    {
        var set = Read(
            ("notify.a", "gotify://push.example.com?token=s3cretToken"),
            ("notify.b", "url: gotify://push.example.com/s3cretToken\nevents: [everything]\ntemplate: '{{ .X }}'\ns3cretToken: 1\n"),
            ("notify.c", "s3cretToken"),
            ("notify.d", "a: [s3cretToken\nb"),
            ("notify.e", "ntfy://push.example.com/deploys"));
        Assert.Equal("e", Assert.Single(set.Channels).Name);
        Assert.Equal(6, set.Problems.Count);
        Assert.All(set.Problems, problem => Assert.DoesNotContain("s3cretToken", problem, StringComparison.Ordinal));
        Assert.StartsWith("'notify.a' of secret argocd/gitops-bumper-secret: the gotify:// URL cannot be used", set.Problems[0], StringComparison.Ordinal);
        Assert.Contains(set.Problems, problem => problem.Contains("event 'everything' is not known", StringComparison.Ordinal));
    }

    [Fact]
    public void The_environment_is_split_at_white_space_alone()
    {
        var set = new ChannelReader(_notifiers).Read(SecretLayer.Empty, " telegram://1:abc@telegram?chats=@a,@b\n discrod://s3cretToken@1 ");
        Assert.Equal(["environment/0/0", "environment/0/1"], Assert.Single(set.Channels).Places.Select(place => place.Key));
        Assert.Equal("BUMPER_NOTIFICATION_URLS, URL 2: there is no service 'discrod'", Assert.Single(set.Problems).Split(", allowed")[0]);
    }

    public void Dispose() => _notifiers.Dispose();

    private ChannelSet Read(params (string Key, string Value)[] data) => new ChannelReader(_notifiers).Read(Secrets.Layer(data), null);
}
