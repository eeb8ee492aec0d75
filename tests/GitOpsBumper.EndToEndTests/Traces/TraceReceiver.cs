using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.Traces;

/// <summary>A span as it arrived.</summary>
internal sealed record ReceivedSpan(string Name, string Trace, string Id, string Parent, ulong Started, ulong Ended, IReadOnlyDictionary<string, string> Tags)
{
    public bool Holds(ReceivedSpan other) => other.Parent == Id && other.Trace == Trace && Started <= other.Started && other.Ended <= Ended;
}

/// <summary>Takes traces by OTLP over HTTP.</summary>
/// <seealso href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto"/>
internal sealed class TraceReceiver : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly ConcurrentQueue<string> _heads = new();

    private TraceReceiver(WebApplication web) => _web = web;

    public string Url => _web.Urls.First();

    /// <summary>Path, content type and api key of each request.</summary>
    public IReadOnlyCollection<string> Heads => _heads;

    /// <summary>Everything that arrived, as whoever looks for a secret sees it.</summary>
    public string Text => string.Join('\n', _bodies.Select(Encoding.Latin1.GetString));

    public IReadOnlyList<ReceivedSpan> Spans =>
    [
        .. from resource in Resources
           from scope in resource.Messages(2)
           from span in scope.Messages(2)
           select new ReceivedSpan(span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), span.Fixed64(7), span.Fixed64(8), Tags(span, 9)),
    ];

    public IReadOnlyDictionary<string, string> Resource => Tags(Resources.First().Messages(1).Single(), 1);

    private IEnumerable<ProtoMessage> Resources => _bodies.SelectMany(body => ProtoMessage.Parse(body).Messages(1));

    public static async Task<TraceReceiver> StartAsync(CancellationToken token)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var receiver = new TraceReceiver(web);
        web.Run(receiver.TakeAsync);
        await web.StartAsync(token);
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _heads.Enqueue($"{context.Request.Path} {context.Request.ContentType} {context.Request.Headers["api-key"]}");
        _bodies.Enqueue(body.ToArray());
    }

    private static Dictionary<string, string> Tags(ProtoMessage message, int field) =>
        message.Messages(field).ToDictionary(pair => pair.Text(1), pair => Value(pair.Messages(2).Single()), StringComparer.Ordinal);

    /// <summary>Text, or else a number.</summary>
    private static string Value(ProtoMessage value) => value.Text(1) is { Length: > 0 } text ? text : $"{value.Number(3)}";
}
