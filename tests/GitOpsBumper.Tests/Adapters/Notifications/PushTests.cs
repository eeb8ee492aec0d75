using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace GitOpsBumper.Tests.Adapters.Notifications;

/// <summary>What services are sent that push to phones or pass on, held against what their documentation says.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task Gotify_gets_its_token_in_a_header()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"id":1}""");
        await stage.SendAsync($"gotify://{stage.Host}/sub/AbCdEfGhIjKlMnO?disabletls=yes");
        Assert.Equal("/sub/message", stage.Requests[0].Target);
        Assert.Equal("AbCdEfGhIjKlMnO", stage.Headers["x-gotify-key"]);
        Assert.Equal("web updated to 1.5.0", (string?)stage.Body["title"]);
        Assert.Equal("text/plain", (string?)stage.Body["extras"]!["client::display"]!["contentType"]);
        Assert.Equal("https://git.example.com/deploy/-/merge_requests/7", (string?)stage.Body["extras"]!["client::notification"]!["click"]!["url"]);
    }

    [Fact]
    public async Task Gotify_says_what_is_wrong_and_its_token_is_not_repeated()
    {
        await using var stage = await NotifierStage.StartAsync(401, """{"error":"Unauthorized","errorCode":401,"errorDescription":"token AbCdEfGhIjKlMnO is not valid"}""");
        var failure = await stage.FailsAsync($"gotify://{stage.Host}/AbCdEfGhIjKlMnO?disabletls=yes");
        Assert.Contains("401 'token *** is not valid'", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Theory]
    [InlineData("tester:s3cret@", "Basic dGVzdGVyOnMzY3JldA==", "ü")]
    [InlineData(":tk_s3cret@", "Bearer tk_s3cret", "<&+'")]
    [InlineData("", "", "\"\\")]
    [InlineData("", "", "🚢")]
    public async Task Ntfy_gets_json_of_a_size_that_stays_a_message(string account, string authorization, string letters)
    {
        // So many bytes of the document it reads.
        await using var stage = await NotifierStage.StartAsync(context =>
            context.Request.ContentLength is > 0 and <= 8_192 ? context.SendAsync(200, "{}") : context.SendAsync(413, """{"code":41301,"http":413,"error":"JSON body too large"}"""));
        var line = string.Concat(Enumerable.Repeat(letters, 100));
        await stage.SendAsync($"ntfy://{account}{stage.Host}/deploys?scheme=http&priority=4&tags=ship", NotifierStage.Message with { Lines = [.. Enumerable.Repeat(line, 100)] });
        Assert.Equal(("POST", "/", authorization), (stage.Requests[0].Method, stage.Requests[0].Target, stage.Requests[0].Authorization));
        Assert.Equal(("deploys", 4), ((string?)stage.Body["topic"], (int?)stage.Body["priority"]));
        Assert.InRange(Encoding.UTF8.GetByteCount(stage.Requests[0].Body), 4_000, 8_192);
        // One of 4096 bytes becomes a file.
        Assert.InRange(Encoding.UTF8.GetByteCount((string)stage.Body["message"]!), 2_000, 4_095);
        Assert.StartsWith(line, (string)stage.Body["message"]!, StringComparison.Ordinal);
        Assert.False((bool)stage.Body["markdown"]!);
    }

    [Fact]
    public async Task Ntfy_gets_what_shoutrrr_would_send_in_headers()
    {
        await using var stage = await NotifierStage.StartAsync();
        await stage.SendAsync($"ntfy://{stage.Host}/deploys?scheme=http&priority=High&in=30min&attach=https://example.com/a.png&filename=a.png&cache=yes");
        Assert.Equal((4, "30min", "https://example.com/a.png", "a.png"), ((int?)stage.Body["priority"], (string?)stage.Body["delay"], (string?)stage.Body["attach"], (string?)stage.Body["filename"]));
    }

    [Fact]
    public async Task Pushover_gets_a_form_within_its_limits()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"status":1,"request":"647d2300"}""");
        await stage.SendAsync("pushover://shoutrrr:azGDORePK8gMaC0QOYAMyEEuzJnyUi@uQiRzpo4DXghDmr9QzzfQu27cmVRsG/?devices=droid", NotifierStage.Message with { Lines = [new string('x', 3_000)] });
        var form = QueryHelpers.ParseQuery(stage.Requests[0].Body);
        Assert.Equal("/1/messages.json", stage.Requests[0].Target);
        Assert.Equal(("azGDORePK8gMaC0QOYAMyEEuzJnyUi", "uQiRzpo4DXghDmr9QzzfQu27cmVRsG", "droid"), (form["token"].ToString(), form["user"].ToString(), form["device"].ToString()));
        Assert.Equal(1024, form["message"].ToString().Length);
        Assert.False(form.ContainsKey("html"));
    }

    [Fact]
    public async Task Pushover_names_nobody_in_its_refusal()
    {
        await using var stage = await NotifierStage.StartAsync(400, """{"user":"invalid","errors":["user uQiRzpo4DXghDmr9QzzfQu27cmVRsG is invalid"],"status":0}""");
        var failure = await stage.FailsAsync("pushover://shoutrrr:azGDORePK8gMaC0QOYAMyEEuzJnyUi@uQiRzpo4DXghDmr9QzzfQu27cmVRsG/");
        Assert.DoesNotContain("uQiRzpo4", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KEY12345?tags=ops", "/notify/KEY12345", "tag", "ops")]
    [InlineData("?urls=json://internal.example.com", "/notify/", "urls", "json://internal.example.com")]
    public async Task Apprise_gets_the_type_under_both_names(string rest, string target, string key, string value)
    {
        await using var stage = await NotifierStage.StartAsync();
        await stage.SendAsync($"apprise://{stage.Host}/{rest}&disabletls=yes");
        Assert.Equal(target, stage.Requests[0].Target);
        Assert.Equal(("success", "success", value), ((string?)stage.Body["type"], (string?)stage.Body["notify_type"], (string?)stage.Body[key]));
        Assert.NotEmpty((string?)stage.Body["body"] ?? "");
    }

    [Theory]
    [InlineData(204, "nothing under this key")]
    [InlineData(424, "at least one of its services")]
    public async Task Apprise_says_by_its_status_that_nobody_or_not_everybody_was_told(int status, string words)
    {
        await using var stage = await NotifierStage.StartAsync(status, "");
        var failure = await stage.FailsAsync($"apprise://{stage.Host}/KEY12345?disabletls=yes");
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Single(stage.Requests);
    }

    [Fact]
    public async Task Zabbix_says_success_and_takes_some_of_the_values()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"jsonrpc":"2.0","result":{"response":"success","data":[{"itemid":"1"},{"error":"No permissions to referred object or it does not exist!"}]},"id":1}""");
        var failure = await stage.FailsAsync($"zabbix://0424bd59b807674191e7d77572075f33@{stage.Host}/zabbix?host=bumper&keys=message,severity&disabletls=yes");
        Assert.Contains("1 of 2 values were not taken, severity: No permissions", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Equal(("/zabbix/api_jsonrpc.php", "Bearer 0424bd59b807674191e7d77572075f33", "application/json-rpc"), (stage.Requests[0].Target, stage.Requests[0].Authorization, stage.Headers["content-type"]));
        Assert.Equal("history.push", (string?)stage.Body["method"]);
        var value = stage.Body["params"]![1]!;
        Assert.Equal(("bumper", "gitopsbumper.severity", "0", 1772366400), ((string?)value["host"], (string?)value["key"], (string?)value["value"], (int?)value["clock"]));
    }

    [Fact]
    public async Task Zabbix_is_told_how_many_there_were_and_not_how_many_are_shown()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"jsonrpc":"2.0","result":{"response":"success","data":[]},"id":1}""");
        var failed = NotifierStage.Updated("1.5.0") with { Kind = NotificationKind.Failed };
        var message = NotificationDigest.Fold(
            [.. Enumerable.Repeat(NotifierStage.Updated("1.5.0"), 3), .. Enumerable.Repeat(failed, 70)], 5, null, MessageFormat.Default, new MessageStamp("id", DateTimeOffset.UnixEpoch));
        await stage.SendAsync($"zabbix://0424bd59b807@{stage.Host}/?host=bumper&keys=updated,failed,problem&disabletls=yes", message);
        Assert.Equal(["3", "70", "0"], stage.Body["params"]!.AsArray().Select(value => (string?)value!["value"]));
    }

    [Fact]
    public async Task Zabbix_may_refuse_the_whole_call()
    {
        await using var stage = await NotifierStage.StartAsync(200, """{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params.","data":"Not authorized."},"id":1}""");
        Assert.Contains("Invalid params. Not authorized.", (await stage.FailsAsync($"zabbix://0424bd59b807@{stage.Host}/?host=bumper&disabletls=yes")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generic_webhook_gets_the_document_and_its_signature()
    {
        await using var stage = await NotifierStage.StartAsync(204, "");
        await stage.SendAsync($"generic+http://{stage.Host}/hook?key=k3y&secret=s3cretkey&_title=x&_y=z&@X-Team=ops");
        Assert.Equal("/hook?key=k3y&title=x&_y=z", stage.Requests[0].Target);
        var signature = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("s3cretkey"u8, Encoding.UTF8.GetBytes(stage.Requests[0].Body)));
        Assert.Equal(("updated", "0123456789abcdef", $"sha256={signature}", "ops"),
            (stage.Headers["x-gitopsbumper-event"], stage.Headers["x-gitopsbumper-delivery"], stage.Headers["x-signature-256"], stage.Headers["x-team"]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"schemaVersion":1,"id":"0123456789abcdef","event":"updated","severity":"info","time":"2026-03-01T12:00:00.000Z","title":"web updated to 1.5.0",
                 "text":"argocd/web: updated web (team/web) 1.4.2 -> 1.5.0 in https://git.example.com/deploy/-/merge_requests/7, commit 8c07d11f3a on main",
                 "notifications":[{"type":"updated","severity":"info","time":"2026-03-01T12:00:00.000Z","namespace":"argocd","application":"web","project":"shop","reason":"web (team/web) from 1.4.2 to 1.5.0",
                   "changes":[{"alias":"web","image":"team/web","oldTag":"1.4.2","newTag":"1.5.0","oldDigest":null,"newDigest":null,"updateType":"minor"}],
                   "commit":{"sha":"8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e","branch":"main","repository":"https://git.example.com/deploy",
                             "url":"https://git.example.com/deploy/-/commit/8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e"},
                   "request":{"id":"7","url":"https://git.example.com/deploy/-/merge_requests/7"},
                   "links":[{"rel":"request","url":"https://git.example.com/deploy/-/merge_requests/7"},
                            {"rel":"commit","url":"https://git.example.com/deploy/-/commit/8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e"}]}],"more":0}
                """),
            stage.Body), stage.Requests[0].Body);
    }

    [Fact]
    public async Task A_generic_webhook_may_want_it_as_shoutrrr_does()
    {
        await using var stage = await NotifierStage.StartAsync();
        await stage.SendAsync($"generic://{stage.Host}/hook?template=json&messagekey=text&$room=7&disabletls=yes");
        Assert.Equal(("web updated to 1.5.0", "7"), ((string?)stage.Body["title"], (string?)stage.Body["room"]));
        Assert.NotNull(stage.Body["text"]);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var stage = await NotifierStage.StartAsync(context =>
        {
            context.Response.Headers.Location = "http://127.0.0.1:1/";
            context.Response.StatusCode = 307;
            return Task.CompletedTask;
        });
        Assert.Contains("a redirect, which is not followed", (await stage.FailsAsync($"generic+http://{stage.Host}/hook")).Message, StringComparison.Ordinal);
        Assert.Single(stage.Requests);
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_after_the_pause_that_is_asked_for()
    {
        var count = 0;
        await using var stage = await NotifierStage.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "7";
            context.Response.StatusCode = ++count == 1 ? 429 : 204;
            return Task.CompletedTask;
        });
        await stage.SendAsync($"generic+http://{stage.Host}/hook");
        Assert.Equal(2, stage.Requests.Count);
        Assert.Equal(stage.Requests[0].Body, stage.Requests[1].Body);
        Assert.True(stage.Time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait) >= TimeSpan.FromSeconds(7));
    }
}
