using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Benchmarks.Registries;

/// <summary>A registry that thinks for a while before every answer. All its repositories have the same tags.</summary>
internal sealed class DistantRegistry : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly IReadOnlyList<byte[]> _pages;
    private readonly RegistriesOptions _options;
    private int _requests;
    private int _notModified;

    private DistantRegistry(WebApplication web, RegistriesOptions options)
    {
        _web = web;
        _options = options;
        _pages = [.. Enumerable.Range(0, RegistriesOptions.Tags).Select(TagOf).Chunk(options.Page).Select(tags => Encoding.UTF8.GetBytes($$"""{"name":"all","tags":["{{string.Join("\",\"", tags)}}"]}"""))];
    }

    public Uri Url => new(_web.Urls.First());

    /// <summary>Every one that it lists belongs to the same order: 1.0.0 to 1.99.9.</summary>
    public static string TagOf(int number) => $"1.{number / 10}.{number % 10}";

    public static string PathOf(int repository) => $"team/repo-{repository:D4}";

    public static async Task<DistantRegistry> StartAsync(RegistriesOptions options, CancellationToken token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        var registry = new DistantRegistry(web, options);
        web.Run(registry.AnswerAsync);
        await web.StartAsync(token);
        return registry;
    }

    /// <summary>Where all the pages of a repository are.</summary>
    public IEnumerable<Uri> PagesOf(int repository) =>
        Enumerable.Range(0, _pages.Count).Select(page => new Uri(Url, $"/v2/{PathOf(repository)}/tags/list?n=1000{(page == 0 ? "" : $"&last={page.ToString(CultureInfo.InvariantCulture)}")}"));

    /// <summary>Answers since the last time, and how many of them said that nothing has changed.</summary>
    public RequestFigures Count() => new(Interlocked.Exchange(ref _requests, 0), Interlocked.Exchange(ref _notModified, 0));

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        await Task.Delay(RegistriesOptions.Latency, TimeProvider.System, context.RequestAborted);
        var path = context.Request.Path.Value!;
        if (!path.EndsWith("/tags/list", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var page = int.TryParse(context.Request.Query["last"], CultureInfo.InvariantCulture, out var last) ? last : 0;
        if (page + 1 < _pages.Count)
            context.Response.Headers.Link = $"<{path}?n=1000&last={(page + 1).ToString(CultureInfo.InvariantCulture)}>; rel=\"next\"";
        if (_options.Validators)
        {
            var validator = $"\"page-{page.ToString(CultureInfo.InvariantCulture)}\"";
            context.Response.Headers.ETag = validator;
            if (context.Request.Headers.IfNoneMatch == validator)
            {
                Interlocked.Increment(ref _notModified);
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _pages[page].Length;
        await context.Response.Body.WriteAsync(_pages[page], context.RequestAborted);
    }
}

/// <param name="All">Requests.</param>
/// <param name="NotModified">Those that were answered with 304.</param>
internal sealed record RequestFigures(int All, int NotModified);
