using System.Text.Json.Nodes;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Notifications;

/// <summary>What chats are sent, held against what their documentation says.</summary>
public sealed class ChatTests
{
    private const string Telegram = "telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw@telegram?chats=@news,-100123:7";

    [Theory]
    [InlineData("slack://hook:T0001-B0002-s3cretTok3n@webhook")]
    [InlineData("slack://bot@T0001/B0002/s3cretTok3n")]
    public async Task A_slack_hook_takes_ok_for_success(string url)
    {
        await using var stage = await NotifierStage.StartAsync(200, "ok", "text/plain");
        await stage.SendAsync(url, NotifierStage.Hostile);
        Assert.Equal("/services/T0001/B0002/s3cretTok3n", stage.Requests[0].Target);
        Assert.Equal("web &lt;!channel&gt; @\u200Beveryone *now* &lt;b&gt;", (string?)stage.Body["text"]);
        var attachment = stage.Body["attachments"]![0]!;
        Assert.DoesNotContain("<", (string?)attachment["text"], StringComparison.Ordinal);
        Assert.Contains("1.0@sha256:ab", (string?)attachment["text"], StringComparison.Ordinal);
        Assert.Empty(attachment["mrkdwn_in"]!.AsArray());
        Assert.False((bool)stage.Body["mrkdwn"]!);
        Assert.False((bool)stage.Body["link_names"]!);
    }

    [Fact]
    public async Task The_api_of_slack_says_with_200_that_it_failed()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"ok":false,"error":"channel_not_found"}""");
        var failure = await stage.FailsAsync("slack://xoxb:123456789012-1234567890123-4mt0t4l1yL3g1t@C0123456789");
        Assert.Contains("channel_not_found", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Equal(("POST", "/api/chat.postMessage", "Bearer xoxb-123456789012-1234567890123-4mt0t4l1yL3g1t"), (stage.Requests[0].Method, stage.Requests[0].Target, stage.Requests[0].Authorization));
        Assert.Equal("C0123456789", (string?)stage.Body["channel"]);
    }

    [Fact]
    public async Task Slack_may_say_why_in_plain_text()
    {
        await using var stage = await NotifierStage.StartAsync(410, "channel_is_archived", "text/plain");
        Assert.Contains("410 'channel_is_archived'", (await stage.FailsAsync("slack://hook:T0001-B0002-s3cretTok3n@webhook")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slack://hook:T0001-B0002-s3cretTok3n@webhook", "Cannot POST /services/T0001/B0002/s3cretTok3n", "Cannot POST /services/***")]
    [InlineData("slack://bot@T0001/B0002/s3cretTok3n", "Cannot POST /services/T0001/B0002/s3cretTok3n", "Cannot POST /services/***")]
    [InlineData("slack://hook:T0001-B0002-s3cretTok3n@webhook", "no team T0001, no token s3cretTok3n", "no team ***, no token ***")]
    [InlineData("slack://hook:T0001-B0002-s3cretTok3n@webhook", "GET /?to=services%2FT0001%2FB0002%2Fs3cretTok3n", "GET /?to=services%2F***")]
    public async Task A_proxy_that_repeats_the_path_of_a_slack_hook_tells_it_to_nobody(string url, string said, string shown)
    {
        await using var stage = await NotifierStage.StartAsync(404, said, "text/plain");
        Assert.EndsWith($" answered 404 '{shown}'", (await stage.FailsAsync(url)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discord_is_asked_to_wait_and_may_call_nobody()
    {
        await using var stage = await NotifierStage.StartAsync(204, "");
        await stage.SendAsync("discord://s3cret_tok-3n@1098765432109876543?username=Bumper", NotifierStage.Hostile);
        Assert.Equal("/api/webhooks/1098765432109876543/s3cret_tok-3n?wait=true", stage.Requests[0].Target);
        Assert.Empty(stage.Body["allowed_mentions"]!["parse"]!.AsArray());
        var embed = stage.Body["embeds"]![0]!;
        Assert.Equal("Bumper", (string?)stage.Body["username"]);
        Assert.Contains(@"\*\*b\*\*", (string?)embed["description"], StringComparison.Ordinal);
        Assert.Contains(@"\<@", (string?)embed["description"], StringComparison.Ordinal);
        Assert.Equal("https://git.example.com/deploy/-/merge_requests/7", (string?)embed["url"]);
        Assert.Equal("2026-03-01T12:00:00.000Z", (string?)embed["timestamp"]);
    }

    [Theory]
    [InlineData("", NotificationSeverity.Info, 0x2EB67D)]
    [InlineData("?color=0x50D9ff", NotificationSeverity.Info, 0x50D9FF)]
    [InlineData("?color=0x50D9ff&colorInfo=%232488ff", NotificationSeverity.Info, 0x2488FF)]
    [InlineData("?colorError=d60510", NotificationSeverity.Error, 0xD60510)]
    [InlineData("?colorWarn=0xffc441", NotificationSeverity.Warning, 0xFFC441)]
    [InlineData("?colorError=d60510", NotificationSeverity.Warning, 0xECB22E)]
    public async Task Discord_gets_the_colors_of_the_url(string query, NotificationSeverity severity, int color)
    {
        await using var stage = await NotifierStage.StartAsync(204, "");
        await stage.SendAsync($"discord://s3cret_tok-3n@1098765432109876543{query}", NotifierStage.Message with { Severity = severity });
        Assert.Equal(color, (int?)stage.Body["embeds"]![0]!["color"]);
    }

    [Fact]
    public async Task Discord_says_in_seconds_when_to_come_again()
    {
        await using var stage = await NotifierStage.StartAsync(429, """{"message":"You are being rate limited.","retry_after":64.57,"global":false}""");
        var failure = await stage.FailsAsync("discord://s3cret_tok-3n@1098765432109876543");
        Assert.Equal(TimeSpan.FromSeconds(64.57), failure.RetryAfter);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task Teams_gets_a_card_without_markdown()
    {
        await using var stage = await NotifierStage.StartAsync(202, "");
        await stage.SendAsync($"teams://{stage.Host}/workflows/s3cret?disabletls=yes", NotifierStage.Hostile);
        Assert.Equal("application/json; charset=utf-8", stage.Headers["content-type"]);
        var attachment = stage.Body["attachments"]![0]!;
        Assert.Equal("application/vnd.microsoft.card.adaptive", (string?)attachment["contentType"]);
        Assert.Equal("AdaptiveCard", (string?)attachment["content"]!["type"]);
        Assert.All(attachment["content"]!["body"]!.AsArray(), block => Assert.Equal("RichTextBlock", (string?)block!["type"]));
        Assert.Equal("Action.OpenUrl", (string?)attachment["content"]!["actions"]![0]!["type"]);
    }

    [Fact]
    public async Task A_full_message_fits_into_what_teams_takes()
    {
        await using var stage = await NotifierStage.StartAsync(202, "");
        await stage.SendAsync($"teams://{stage.Host}/w?disabletls=yes", NotifierStage.Message with { Title = new string('語', 250), Lines = [.. Enumerable.Repeat(new string('語', 100), 200)] });
        Assert.True(stage.Requests[0].Body.Length < 28 * 1024, $"{stage.Requests[0].Body.Length}");
    }

    [Fact]
    public async Task Telegram_gets_each_chat_by_itself()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"ok":true,"result":{}}""");
        var notifier = stage.Open(Telegram);
        Assert.Equal(2, notifier.Recipients);
        await notifier.SendAsync(NotifierStage.Hostile, 1, TestContext.Current.CancellationToken);
        Assert.Equal("/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage", stage.Requests[0].Target);
        Assert.Equal("-100123", (string?)stage.Body["chat_id"]);
        Assert.Equal(7, (int?)stage.Body["message_thread_id"]);
        Assert.Equal("HTML", (string?)stage.Body["parse_mode"]);
        Assert.StartsWith("<b>web &lt;!channel&gt;", (string?)stage.Body["text"], StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", (string?)stage.Body["text"], StringComparison.Ordinal);
        Assert.True((bool?)stage.Body["link_preview_options"]!["is_disabled"]);
    }

    [Fact]
    public async Task Telegram_says_in_its_body_when_to_come_again()
    {
        await using var stage = await NotifierStage.StartAsync(429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}""");
        var failure = await stage.FailsAsync(Telegram);
        Assert.Equal(TimeSpan.FromSeconds(35), failure.RetryAfter);
        Assert.DoesNotContain("AAHdq", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mattermost_gets_text_in_which_nothing_is_markdown()
    {
        await using var stage = await NotifierStage.StartAsync(200, "ok", "text/plain");
        await stage.SendAsync($"mattermost://bumper@{stage.Host}/xxx-generatedkey-xxx/town-square?disabletls=yes", NotifierStage.Hostile);
        Assert.Equal("/hooks/xxx-generatedkey-xxx", stage.Requests[0].Target);
        Assert.Equal(("bumper", "town-square"), ((string?)stage.Body["username"], (string?)stage.Body["channel"]));
        var text = (string?)stage.Body["text"];
        Assert.Contains("@\u200Bchannel", text, StringComparison.Ordinal);
        Assert.Contains(@"\[x\]", text, StringComparison.Ordinal);
        Assert.DoesNotContain('<', text!);
        Assert.Contains("&lt;!here", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rocket_chat_gets_text_without_backslashes_in_which_nothing_is_a_link()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"success":true}""");
        await stage.SendAsync($"rocketchat://{stage.Host}/tokenAAAA/tokenBBBB?disabletls=yes", NotifierStage.Hostile with { Title = "web 1.4.2 -> 1.5.0" });
        var text = (string?)stage.Body["text"];
        Assert.StartsWith("**web 1.4.2 -> 1.5.0**\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\\', text!);
        Assert.DoesNotContain("](", text, StringComparison.Ordinal);
        Assert.Contains("@\u200Bchannel", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rocket_chat_says_with_200_that_it_failed()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"success":false,"error":"invalid-channel"}""");
        Assert.Contains("invalid-channel", (await stage.FailsAsync($"rocketchat://{stage.Host}/tokenAAAA/tokenBBBB?disabletls=yes")).Message, StringComparison.Ordinal);
        Assert.Equal("/hooks/tokenAAAA/tokenBBBB", stage.Requests[0].Target);
    }

    [Fact]
    public async Task A_matrix_message_has_the_same_transaction_however_often_it_is_sent()
    {
        await using var stage = await NotifierStage.StartAsync(context =>
            context.Request.Path.Value!.Contains("directory", StringComparison.Ordinal) ? context.SendAsync(200, """{"room_id":"!abc:example.com"}""") : context.SendAsync(200, """{"event_id":"$1"}"""));
        var url = $"matrix://:syt_s3cret@{stage.Host}/?rooms=!id:example.com,news:example.com&disabletls=yes";
        await stage.SendAsync(url);
        await stage.SendAsync(url);
        await stage.SendAsync(url, NotifierStage.Hostile, recipient: 1);
        Assert.Equal(stage.Requests[0].Target, stage.Requests[1].Target);
        Assert.Equal(("PUT", "/_matrix/client/v3/rooms/!id:example.com/send/m.room.message/0123456789abcdef-0", "Bearer syt_s3cret"), (stage.Requests[0].Method, stage.Requests[0].Target, stage.Requests[0].Authorization));
        Assert.Equal("/_matrix/client/v3/directory/room/#news:example.com", Uri.UnescapeDataString(stage.Requests[2].Target));
        var body = JsonNode.Parse(stage.Requests[3].Body)!;
        Assert.Empty(body["m.mentions"]!.AsObject());
        Assert.DoesNotContain("<script>", (string?)body["formatted_body"], StringComparison.Ordinal);
    }
}
