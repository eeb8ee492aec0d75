using System.Text.Json;
using GitOpsBumper.Reports;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Api;

/// <summary>An answer of the API, in JSON.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Body">In UTF-8.</param>
internal sealed record ApiReply(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Null: nobody need come again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ApiReply Json(int status, Action<Utf8JsonWriter> write) => new(status, JsonReport.RenderBytes(write));

    /// <param name="sentence">What is wrong.</param>
    public static ApiReply Error(int status, string sentence, TimeSpan? retryAfter = null) => Json(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", sentence);
        json.WriteEndObject();
    }) with
    { RetryAfter = retryAfter };

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = Body.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } pause)
            context.Response.Headers.RetryAfter = $"{Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds))}";
        if (Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(Body, context.RequestAborted);
    }
}
