using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.TagLists;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Quirks;

/// <summary>Where a registry names a validator for a page of tags, the page is asked for only if it has changed.</summary>
public sealed class ConditionalListTests
{
    private const int PageBytes = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_that_have_not_changed_are_not_sent_again()
    {
        await using var registry = await QuirkyRegistry.StartAsync(Paged());
        using var asking = new Asking();

        var first = await ListAsync(asking, registry);
        var second = await ListAsync(asking, registry);

        Assert.Equal("1.0 1.1 1.2", first);
        Assert.Equal(first, second);
        Assert.Equal([200, 200, 304, 304], registry.Statuses);
    }

    [Fact]
    public async Task A_page_that_has_changed_is_read_anew_and_the_others_stay()
    {
        await using var registry = await QuirkyRegistry.StartAsync(Paged());
        using var asking = new Asking();
        await ListAsync(asking, registry);

        registry.Tags = ["1.0", "1.1", "1.2", "1.3", "1.4"];

        Assert.Equal("1.0 1.1 1.2 1.3 1.4", await ListAsync(asking, registry));
        // The first page holds, the second has become longer, the third is new.
        Assert.Equal([304, 200, 200], registry.Statuses.Skip(2));
    }

    [Fact]
    public async Task What_one_credential_got_is_not_known_for_another()
    {
        await using var registry = await QuirkyRegistry.StartAsync(Paged());
        using var asking = new Asking();
        await ListAsync(asking, registry);
        await asking.Client.ListTagsAsync(Asking.Repository(registry.Image), Asking.Account, Token);

        Assert.Equal([200, 200, 200, 200], registry.Statuses);
    }

    [Fact]
    public async Task Without_a_validator_everything_is_asked_for_anew()
    {
        var conditions = 0;
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            conditions += context.Request.Headers.IfNoneMatch.Count;
            context.Response.Headers.LastModified = "Fri, 01 May 2026 12:00:00 GMT";
            return context.SendAsync(200, """{"tags":["1.0"]}""");
        });
        using var asking = new Asking();

        await asking.ListAsync(server);
        await asking.ListAsync(server);

        Assert.Equal(0, conditions);
    }

    [Fact]
    public async Task A_304_that_nobody_asked_for_is_no_list()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(304));
        using var asking = new Asking();

        Assert.Contains("(304 on GET", (await asking.FailToListAsync(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_of_pages_is_bounded_and_the_latest_stay()
    {
        const int Pages = 2 * TagPageMemory.MaxBytes / PageBytes;
        var memory = new TagPageMemory();
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("ETag", "\"1\"");
        var reply = new HttpReply(response.StatusCode, new Uri("https://registry.example.com/"), response.Headers, null, new byte[PageBytes]);
        for (var number = 0; number < Pages; number++)
            memory.Keep(Ask(number), reply, null);

        var kept = Enumerable.Range(0, Pages).Where(number => memory.Find(Ask(number)) is not null).ToList();
        Assert.InRange(kept.Count, 1, TagPageMemory.MaxBytes / PageBytes);
        Assert.Equal(Pages - 1, kept[^1]);
    }

    private static RegistryAsk Ask(int number) =>
        new(Asking.Repository("registry.example.com/team/web"), null, HttpMethod.Get, new Uri($"https://registry.example.com/v2/team/web/tags/list?last={number}")) { Kind = RequestKind.Tags };

    private static QuirkyRegistry Paged() => new() { NamesValidators = true, MostInPage = 2, Link = cursor => $"</v2/team/web/tags/list?last={cursor}>; rel=\"next\"" };

    private static async Task<string> ListAsync(Asking asking, QuirkyRegistry registry) =>
        string.Join(' ', await asking.Client.ListTagsAsync(Asking.Repository(registry.Image), null, Token));
}
