using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.TagLists;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Quirks;

/// <summary>Lists of tags that do not come as the specification says.</summary>
public sealed class TagListQuirkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registry_that_ignores_n_sends_everything_at_once()
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { IgnoresPageSize = true, Tags = [.. Enumerable.Range(0, 5000).Select(number => $"1.{number}")] });
        using var asking = new Asking();

        Assert.Equal(5000, (await ListAsync(asking, registry)).Count);
        Assert.Single(registry.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(405)]
    [InlineData(416)]
    [InlineData(422)]
    public async Task A_registry_that_refuses_large_pages_chooses_their_size_from_then_on(int status)
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            MostInPage = 2,
            RefusesLargePagesWith = status,
            Link = cursor => $"</v2/team/web/tags/list?last={cursor}>; rel=\"next\"",
        });
        using var asking = new Asking();

        Assert.Equal(3, (await ListAsync(asking, registry)).Count);
        Assert.Equal(
            ["/v2/team/web/tags/list?n=1000", "/v2/team/web/tags/list", "/v2/team/web/tags/list?last=at-2"], registry.Requests.Select(request => request.Target));
        Assert.Equal(3, (await ListAsync(asking, registry)).Count);
        Assert.Equal(["/v2/team/web/tags/list", "/v2/team/web/tags/list?last=at-2"], registry.Requests.Skip(3).Select(request => request.Target));
    }

    [Fact]
    public async Task A_registry_that_refuses_lists_altogether_is_asked_once_more_and_then_not()
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            AnswersListsWith = context => context.SendAsync(405, """{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}"""),
        });
        using var asking = new Asking();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(asking, registry));

        Assert.Contains("405 on GET /v2/team/web/tags/list): UNSUPPORTED", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, registry.Requests.Count);
        await Assert.ThrowsAsync<RegistryException>(() => ListAsync(asking, registry));
        Assert.Equal("/v2/team/web/tags/list?n=1000", registry.Requests[2].Target);
    }

    [Fact]
    public async Task A_link_that_forgot_https_behind_a_proxy_is_followed_with_https()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var own = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
        await using var registry = await QuirkyRegistry.StartAsync(
            new QuirkyRegistry { MostInPage = 2, Link = cursor => $"<http://127.0.0.1:5000/v2/team/web/tags/list?last={cursor}>; rel=\"next\"" }, certificate);
        using var asking = new Asking(registry.Entry(more: "  insecure: true\n").Replace("http://", "https://", StringComparison.Ordinal));

        Assert.Equal(3, (await ListAsync(asking, registry)).Count);
        Assert.Equal(2, registry.Requests.Count);
    }

    [Theory]
    [InlineData("<http://127.0.0.2/v2/team/web/tags/list?last=1>; rel=\"next\"", "on another host, 127.0.0.2, which is not followed")]
    [InlineData("<https://registry.internal:8443/v2/team/web/tags/list?last=1>; rel=\"next\"", "on another host, registry.internal:8443, which is not followed")]
    [InlineData("<?n=1000>; rel=\"next\"", "sends in a circle")]
    [InlineData("</other/v2/team/web/tags/list?n=1000>; rel=\"next\"", "sends in a circle")]
    [InlineData("<>; rel=\"next\"", "sends in a circle")]
    public async Task A_link_that_leads_astray_fails_the_list_and_is_not_followed(string link, string part)
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { MostInPage = 1, Link = _ => link });
        using var asking = new Asking();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(asking, registry));

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_link_that_does_not_say_what_it_is_leads_to_the_next_page()
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { MostInPage = 2, Link = cursor => $"</v2/team/web/tags/list?last={cursor}>" });
        using var asking = new Asking();

        Assert.Equal(3, (await ListAsync(asking, registry)).Count);
    }

    [Fact]
    public async Task A_page_that_is_always_the_same_under_another_name_is_not_read_for_ever()
    {
        var page = 0;
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            AnswersListsWith = context =>
            {
                context.Response.Headers.Link = $"</v2/team/web/tags/list?last={Interlocked.Increment(ref page).ToString(CultureInfo.InvariantCulture)}>; rel=\"next\"";
                return context.SendAsync(200, """{"tags":["1.0"]}""");
            },
        });
        using var asking = new Asking();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(asking, registry));

        Assert.Contains($"sends the same tags again and again ({TagLister.MaxIdlePages} pages without a new one)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(TagLister.MaxIdlePages + 1, registry.Requests.Count);
    }

    [Fact]
    public async Task An_empty_page_between_others_is_no_end()
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            AnswersListsWith = context =>
            {
                var last = context.Request.Query["last"].ToString();
                if (last.Length < 2)
                    context.Response.Headers.Link = $"</v2/team/web/tags/list?last={last}x>; rel=\"next\"";
                return context.SendAsync(200, last switch { "" => """{"tags":["1.0"]}""", "x" => """{"tags":null}""", _ => """{"tags":["1.1"]}""" });
            },
        });
        using var asking = new Asking();

        Assert.Equal("1.0 1.1", string.Join(' ', await ListAsync(asking, registry)));
    }

    [Theory]
    [InlineData("""{"name":"team/web","tags":null}""")]
    [InlineData("""{"name":"team/web","tags":[]}""")]
    public async Task An_empty_repository_has_no_tags(string body)
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { AnswersListsWith = context => context.SendAsync(200, body) });
        using var asking = new Asking();

        Assert.Empty(await ListAsync(asking, registry));
    }

    [Fact]
    public async Task A_registry_that_answers_404_for_an_empty_repository_fails_the_image_and_names_all_that_it_may_mean()
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry());
        using var asking = new Asking();
        var image = $"{registry.Host}/team/emptied";

        var failure = await Assert.ThrowsAsync<RegistryException>(() => asking.Client.ListTagsAsync(Asking.Repository(image), null, Token));

        Assert.Equal(
            $"{image} does not exist on registry {registry.Host}, is empty, or is not visible to those without credentials (404 on GET /v2/team/emptied/tags/list): NAME_UNKNOWN, repository name not known to registry",
            failure.Message);
        Assert.True(failure.IsNotFound);
    }

    private static Task<IReadOnlyList<Tag>> ListAsync(Asking asking, QuirkyRegistry registry) => asking.Client.ListTagsAsync(Asking.Repository(registry.Image), null, Token);
}
