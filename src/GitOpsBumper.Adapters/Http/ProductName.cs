using System.Net.Http.Headers;
using System.Reflection;

namespace GitOpsBumper.Adapters.Http;

/// <summary>How we introduce ourselves: <c>gitopsbumper/0.1.0</c>.</summary>
public static class ProductName
{
    public static ProductInfoHeaderValue Header { get; } = new("gitopsbumper", Version());

    private static string Version()
    {
        var text = typeof(ProductName).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return text.Split('+')[0];
    }
}
