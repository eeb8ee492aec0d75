using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>How the second page of a tag list fails.</summary>
public enum SecondPage
{
    IsRefused,
    IsCutOff,
    IsNoList,
    IsElsewhere,
}

/// <summary>A registry whose tag lists have a good first page and a bad second one; docker-registry itself knows no pages of tags.</summary>
internal sealed class BrokenRegistry : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly SecondPage _second;
    private int _secondPages;

    private BrokenRegistry(SecondPage second)
    {
        _second = second;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public string Host => new Uri(_web.Urls.First()).Authority;

    /// <summary>An entry of registries.conf.</summary>
    public string Entry => $"- name: broken\n  prefix: {Host}\n  api_url: http://{Host}\n  insecure: true\n";

    public int SecondPages => Volatile.Read(ref _secondPages);

    public static async Task<BrokenRegistry> StartAsync(SecondPage second, CancellationToken token)
    {
        var registry = new BrokenRegistry(second);
        await registry._web.StartAsync(token);
        return registry;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var response = context.Response;
        if (!request.Path.Value!.EndsWith("/tags/list", StringComparison.Ordinal))
        {
            response.StatusCode = request.Path == "/v2/" ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
            return;
        }

        response.ContentType = "application/json";
        if (!request.Query.ContainsKey("last"))
        {
            var next = _second == SecondPage.IsElsewhere ? "http://127.0.0.2:9" : "";
            response.Headers.Link = $"<{next}{request.Path}?last=1.1.0&n=100>; rel=\"next\"";
            await response.WriteAsync("""{"name":"web","tags":["1.0.0","1.1.0"]}""", context.RequestAborted);
            return;
        }

        Interlocked.Increment(ref _secondPages);
        switch (_second)
        {
            case SecondPage.IsRefused:
                response.StatusCode = StatusCodes.Status403Forbidden;
                break;
            case SecondPage.IsCutOff:
                response.ContentLength = 1_000;
                await response.Body.WriteAsync(Encoding.UTF8.GetBytes("""{"name":"web","tags":["1.2.0","""), context.RequestAborted);
                await response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            default:
                await response.WriteAsync("<html>maintenance</html>", context.RequestAborted);
                break;
        }
    }
}
