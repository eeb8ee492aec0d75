using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Benchmarks.Cluster;

/// <summary>Lists fat Applications page by page on the loopback address, each written as it is made; a watch of it stays silent.</summary>
internal sealed class FatCluster : IAsyncDisposable
{
    private readonly WebApplication _web;

    private FatCluster(WebApplication web) => _web = web;

    public Uri Url => new(_web.Urls.First());

    public long SentBytes { get; private set; }

    public static async Task<FatCluster> StartAsync(int applications)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        var cluster = new FatCluster(web);
        web.Run(context => context.Request.Query.ContainsKey("watch") ? SilenceAsync(context) : cluster.ListAsync(context, applications));
        await web.StartAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task ListAsync(HttpContext context, int applications)
    {
        var first = int.Parse(context.Request.Query["continue"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        var limit = int.Parse(context.Request.Query["limit"].FirstOrDefault() ?? "1000000", CultureInfo.InvariantCulture);
        var end = Math.Min(first + limit, applications);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"apiVersion":"argoproj.io/v1alpha1","items":[""");
        for (var number = first; number < end; number++)
        {
            var item = FatApplication.Item(number);
            SentBytes += item.Length;
            await context.Response.Body.WriteAsync(item);
            if (number + 1 < end)
                await context.Response.WriteAsync(",");
        }

        var next = end < applications ? $"{end}" : "";
        await context.Response.WriteAsync($$$"""],"kind":"ApplicationList","metadata":{"continue":"{{{next}}}","resourceVersion":"99999"}}""");
    }

    private static async Task SilenceAsync(HttpContext context)
    {
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        var over = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(over.SetResult);
        await over.Task;
    }
}
