using System.Globalization;
using GitOpsBumper.Adapters.Registries.TagLists;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries;

public sealed class TagListTests
{
    [Theory]
    [InlineData("</v2/team/web/tags/list?last=1.0&n=1>; rel=\"next\"")]
    [InlineData("<?last=1.0&n=1>; rel=next")]
    [InlineData("<list?last=1.0&n=1>;title=\"a, b; rel=prev\" ; rel=\"last next\"")]
    [InlineData("<https://127.0.0.1/v2/team/web/tags/list?last=1.0&n=1>; rel=\"next\"")]
    [InlineData("</first>; rel=\"first\", </v2/team/web/tags/list?last=1.0&n=1>; REL=\"Next\"")]
    public async Task Pages_are_followed_wherever_they_are_on_the_same_host(string link)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var isFirst = !context.Request.Query.ContainsKey("last");
            if (isFirst)
                context.Response.Headers.Link = link;
            await context.SendAsync(200, isFirst ? """{"name":"team/web","tags":["1.0"]}""" : """{"tags":["1.1","1.0"],"name":"team/web"}""");
        });
        using var asking = new Asking();

        Assert.Equal("1.0 1.1", await asking.ListAsync(server));
        Assert.Equal(["GET /v2/team/web/tags/list?n=1000", "GET /v2/team/web/tags/list?last=1.0&n=1"], server.Requests.Select(request => request.ToString()));
    }

    [Theory]
    [InlineData("<http://registry.example.com/v2/team/web/tags/list?last=1>; rel=\"next\"", "on another host, registry.example.com, which is not followed")]
    [InlineData("<//169.254.169.254/latest>; rel=\"next\"", "on another host, 169.254.169.254")]
    [InlineData("<file:///etc/passwd>; rel=\"next\"", "is not a URL")]
    [InlineData("</v2/team/web/tags/list?n=1000>; rel=\"next\"", "sends in a circle")]
    public async Task A_page_that_leads_astray_fails_the_whole_list(string link, string part)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.Link = link;
            await context.SendAsync(200, """{"tags":["1.0"]}""");
        });
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(server, Asking.Account);

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task A_page_that_can_not_be_had_fails_the_whole_list()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.Link = "</v2/team/web/tags/list?last=1.0>; rel=\"next\"";
            if (context.Request.Query.ContainsKey("last"))
                await context.SendAsync(500, """{"errors":[{"code":"UNKNOWN","message":"storage is on fire"}]}""");
            else
                await context.SendAsync(200, """{"tags":["1.0"]}""");
        });
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(server);

        Assert.Equal(
            $"registry {server.Host} could not answer for {server.Host}/team/web (500 on GET /v2/team/web/tags/list): UNKNOWN, storage is on fire", failure.Message);
        Assert.True(failure.IsTransient);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Pages_without_end_are_not_read_for_ever()
    {
        var page = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var next = Interlocked.Increment(ref page).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.Link = $"</v2/team/web/tags/list?last={next}>; rel=\"next\"";
            await context.SendAsync(200, """{"tags":[]}""");
        });
        using var asking = new Asking();

        Assert.Contains($"more than {TagLister.MaxPages} pages", (await asking.FailToListAsync(server)).Message, StringComparison.Ordinal);
        Assert.Equal(TagLister.MaxPages, server.Requests.Count);
    }

    [Theory]
    [InlineData("""{"name":"x","tags":null}""", "")]
    [InlineData("""{"tags":[]}""", "")]
    [InlineData("""{"x":{"tags":["no"]},"tags":["1.0","-bad","a b","","2.0"],"y":[1,{}]}""", "1.0 2.0")]
    [InlineData("""{"tags":["\u0031.0"]}""", "1.0")]
    public void A_page_is_read_by_its_tags(string body, string expected)
    {
        var tags = new List<Tag>();
        Assert.True(TagPage.TryRead(System.Text.Encoding.UTF8.GetBytes(body), tags));
        Assert.Equal(expected, string.Join(' ', tags));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"tags":"1.0"}""")]
    [InlineData("""{"tags":["1.0",2]}""")]
    [InlineData("""{"tags":["1.0"]""")]
    [InlineData("""{"tags":["1.0"]} more""")]
    [InlineData("""{"tags":["\ud800"]}""")]
    public void What_is_no_page_of_tags_is_not_taken_for_an_empty_one(string body) => Assert.False(TagPage.TryRead(System.Text.Encoding.UTF8.GetBytes(body), []));

    [Fact]
    public async Task A_page_of_more_than_16_MiB_is_not_read()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var chunk = new byte[1024 * 1024];
            for (var count = 0; count < 64; count++)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });
        using var asking = new Asking();

        Assert.Contains("more than 16 MiB", (await asking.FailToListAsync(server)).Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_hundred_thousand_tags_in_one_page_are_read_whole()
    {
        var body = $$"""{"tags":[{{string.Join(',', Enumerable.Range(0, 100_000).Select(number => $"\"1.0.{number}\""))}}]}""";
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, body));
        using var asking = new Asking();

        var tags = await asking.Client.ListTagsAsync(Asking.Repository($"{server.Host}/team/web"), null, TestContext.Current.CancellationToken);

        Assert.Equal(100_000, tags.Count);
    }

    [Theory]
    [InlineData(404, "does not exist on registry")]
    [InlineData(401, "without credentials, or it does not exist")]
    [InlineData(403, "without credentials, or it does not exist")]
    [InlineData(418, "could not answer for")]
    public async Task A_refusal_is_a_sentence_and_not_tried_again(int status, string part)
    {
        await using var server = await ScriptedServer.StartAsync(
            context => context.SendAsync(status, """{"errors":[{"code":"DENIED","message":"go\u001b[31m away\r\nSet-Cookie: x"}]}"""));
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(server);

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"({status} on GET /v2/team/web/tags/list): DENIED, go[31m awaySet-Cookie: x", failure.Message, StringComparison.Ordinal);
        Assert.Equal($"http://{server.Host}/v2/team/web/tags/list", failure.Url);
        Assert.Equal(status == 404, failure.IsNotFound);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Whoever_is_asked_learns_who_asks()
    {
        var agent = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            agent = context.Request.Headers.UserAgent.ToString();
            await context.SendAsync(200, """{"tags":[]}""");
        });
        using var asking = new Asking();
        await asking.ListAsync(server);

        Assert.Matches(@"\Agitopsbumper/\d+\.\d+\.\d+", agent);
    }
}
