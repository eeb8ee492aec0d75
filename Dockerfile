# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
RUN dotnet publish src/GitOpsBumper --configuration Release --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git openssh-client gnupg ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
# The user id that the base image brings; the root file system may be read-only, clones go to the cache folder.
USER $APP_UID
ENV BUMPER_CACHE_DIR=/tmp/bumper
ENTRYPOINT ["/app/bumper"]
CMD ["run", "--help"]
